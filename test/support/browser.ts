/** Real Chromium for one test file: pages of a server, what they complain of, and screenshots for people. */
import { chromium, type Page } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
];

export interface Looks {
  width?: number;
  height?: number;
  dark?: boolean;
}

export type TestBrowser = Awaited<ReturnType<typeof startBrowser>>;

/** `url`: of the server whose paths are opened. */
export async function startBrowser(url: string) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ARGUMENTS,
  });
  const complaints: string[] = [];
  return {
    /** Of all pages: broken scripts, failed requests, what the content security policy refused. */
    complaints,
    async open(path: string, { width = 1440, height = 900, dark = false }: Looks = {}): Promise<Page> {
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
      });
      page.setDefaultTimeout(30_000);
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
      });
      await page.goto(url + path);
      return page;
    },
    /** Where POMS_SHOTS names a folder. */
    async shoot(page: Page, name: string): Promise<void> {
      if (process.env.POMS_SHOTS !== undefined)
        await page.screenshot({ path: `${process.env.POMS_SHOTS}/${name}.png`, fullPage: true });
    },
    close: () => browser.close(),
  };
}
