/** Datasets and files of a real run of the sample in real Chromium: from a query to a file and what was made of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { type OneServer, startOneServer } from '../support/one-server.ts';
import { launchSample, untilQuiet } from '../support/sample.ts';

let poms: OneServer;
let browser: TestBrowser;

beforeAll(async () => {
  poms = await startOneServer({ POMS_LOCATE_INTERVAL: '1' });
  browser = await startBrowser(poms.client.url);
  await launchSample(poms.client);
  await untilQuiet(poms.database, 180, poms.folder, [poms.server]);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await poms?.stop();
}, 60_000);

it('leads from a query to a dataset, its files, one of them and what was made of it', async () => {
  const page = await browser.open('/e/demo/campaigns');
  await page.getByRole('link', { name: 'Datasets' }).click();
  await page.getByRole('table', { name: 'Datasets' }).waitFor();
  await browser.shoot(page, 'datasets');
  await page.getByRole('textbox', { name: 'Try a query' }).fill("file_name like 'quakes-raw-%' with limit 5");
  await page.keyboard.press('Control+Enter');
  await page.getByText(/^5 files, /).waitFor();
  await page.getByText('Files, at most 5, of').waitFor();
  expect(new URL(page.url()).searchParams.get('query')).toContain('quakes-raw-%');
  await page.getByRole('button', { name: 'Show its files' }).click();
  await expect.poll(() => page.getByRole('table', { name: 'Files' }).locator('tbody a').count()).toBe(5);
  await browser.shoot(page, 'datasets-query');
  await page.getByLabel('Name of a dataset of this query').fill('five_raw');
  await page.getByRole('button', { name: 'Define as dataset' }).click();
  await page.waitForURL('**/e/demo/datasets/five_raw');
  await page.getByRole('heading', { name: 'five_raw' }).waitFor();
  await page.getByText(/^5 files, /).waitFor();
  await browser.shoot(page, 'dataset');
  const files = page.getByRole('table', { name: 'Files' });
  await expect.poll(() => files.locator('tbody a').count()).toBe(5);
  await files.locator('tbody a').first().click();
  await page.getByRole('heading', { name: 'Metadata' }).waitFor();
  await page.getByRole('heading', { name: 'Made from it' }).waitFor();
  await page
    .getByRole('link', { name: /^quakes-selected-/ })
    .first()
    .waitFor();
  await browser.shoot(page, 'file');
  await page
    .getByRole('link', { name: /^quakes-selected-/ })
    .first()
    .click();
  await page
    .getByRole('link', { name: /^quakes-raw-/ })
    .first()
    .waitFor();
  await page.locator('pre').getByText('"mag":').first().waitFor();
  await page.getByRole('heading', { name: 'Given to' }).waitFor();
  await page.locator('main a[href*="/submissions/"]').first().waitFor();
  await page.getByText(/^consumed, /).waitFor();
  await browser.shoot(page, 'file-made');
  await page.close();
}, 120_000);

it('shows a query that is wrong at its place, and that a name is taken', async () => {
  const page = await browser.open('/e/demo/datasets?query=data_tier%20raw%20and%20nothing_known%205');
  await page.getByRole('alert').filter({ hasText: 'Line 1, column 19' }).waitFor();
  await browser.shoot(page, 'datasets-wrong');
  await page.getByRole('textbox', { name: 'Try a query' }).fill('data_tier nothing');
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText(/^0 files, /).waitFor();
  await page.getByLabel('Name of a dataset of this query').fill('five_raw');
  await page.getByRole('button', { name: 'Define as dataset' }).click();
  await page.getByText(/already a .*five_raw/).waitFor();
  await page.close();
  // The refused name is what the browser itself complains about.
  expect(browser.complaints.splice(0).every((one) => one.includes('409'))).toBe(true);
}, 60_000);

it('shows the files of a campaign, each number with its query, also on a phone in the dark', async () => {
  const page = await browser.open('/e/demo/campaigns/quakes');
  await page.getByRole('link', { name: 'Files', exact: true }).click();
  await page.getByText(/^All 1\d submissions, counted now/).waitFor();
  await browser.shoot(page, 'file-report');
  await page.locator('tbody tr').last().waitFor();
  await page.locator('tbody a[href*="query="]').first().click();
  await page.getByText(/^\d+ files?, /).waitFor();
  await page.close();
  for (const [name, path] of [
    ['file-report-phone', '/e/demo/campaigns/quakes/files'],
    ['datasets-phone', '/e/demo/datasets?query=data_tier%20raw'],
    ['dataset-phone', '/e/demo/datasets/five_raw'],
    ['file-phone', '/e/demo/files/quakes-raw-1-00.ndjson'],
  ] as const) {
    const phone = await browser.open(path, { width: 390, dark: true });
    await phone.getByRole('link').nth(5).waitFor();
    await phone.waitForTimeout(500);
    await browser.shoot(phone, name);
    const wider = await phone.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(wider, `${name} must not scroll sideways`).toBeLessThanOrEqual(0);
    await phone.close();
  }
  expect(browser.complaints).toEqual([]);
}, 120_000);
