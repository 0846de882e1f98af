/** The console in real Chromium against the real service: the sample campaign watched from launch to picture. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/cli/client.ts';
import { type Database, openDatabase } from '../../src/database/index.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import {
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  type Running,
  removeDataFolder,
  startPoms,
  untilUp,
} from '../support/poms.ts';
import { launchSample, untilQuiet } from '../support/sample.ts';

let folder: string;
let server: Running;
let url: string;
let browser: TestBrowser;
let database: Database;

beforeAll(async () => {
  await buildProgram();
  folder = makeDataFolder();
  server = startPoms(['serve'], { folder, env: { POMS_LISTEN: `127.0.0.1:${await freePort()}` } });
  url = await untilUp(server);
  database = openDatabase(databaseUrl(folder), { size: 4 });
  browser = await startBrowser(url);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await database?.close();
  await server?.stop();
  await removeDataFolder(folder);
}, 60_000);

describe('the console', () => {
  it('tells a newcomer what is not there yet, and that this is developer mode', async () => {
    const page = await browser.open('/');
    await page
      .getByText(/developer mode/i)
      .first()
      .waitFor();
    await page.waitForURL('**/e/demo/campaigns');
    await page
      .getByText(/campaign apply/)
      .first()
      .waitFor();
    await page.close();
  }, 60_000);

  it('follows a campaign by itself to its picture', async () => {
    const page = await browser.open('/e/demo/campaigns');
    await launchSample(createClient({ url, token: undefined }));
    // Nobody reloads: the list hears of it.
    await page.getByRole('link', { name: 'quakes' }).first().click();
    await page.waitForURL('**/e/demo/campaigns/quakes');
    for (const stage of ['ingest', 'select', 'analyse', 'merge'])
      await page.getByText(stage, { exact: true }).filter({ visible: true }).first().waitFor();
    await untilQuiet(database, 150, folder, [server]);
    const merge = await database.db
      .selectFrom('submission')
      .select((select) => select.fn.max('submissionId').as('id'))
      .executeTakeFirstOrThrow();
    // The row of the last submission has come while the page stood open.
    await page.locator(`a[href$="/submissions/${merge.id}"]`).first().click();
    await page.waitForURL(`**/submissions/${merge.id}`);
    const picture = page.locator('img[src*="quakes-plot"]').first();
    await picture.waitFor();
    await picture.scrollIntoViewIfNeeded();
    if (process.env.POMS_SHOTS !== undefined)
      await page.screenshot({ path: `${process.env.POMS_SHOTS}/submission.png` });
    await expect
      .poll(() => picture.evaluate((image: { naturalWidth?: number }) => image.naturalWidth ?? 0), {
        timeout: 15_000,
      })
      .toBeGreaterThan(100);
    await page.goBack();
    await page.waitForURL('**/e/demo/campaigns/quakes');
    await page.close();
  }, 240_000);

  it('shows why a job failed, on a phone', async () => {
    const failed = await database.db
      .selectFrom('job')
      .select('jobId')
      .where('state', '=', 'failed')
      .limit(1)
      .executeTakeFirstOrThrow();
    const page = await browser.open(`/e/demo/jobs/${failed.jobId}`, { width: 390, height: 844 });
    await page.getByText(/exit/i).first().waitFor();
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width, 'nothing sticks out at the side').toBeLessThanOrEqual(390);
    await page.close();
  }, 60_000);

  it('says what is not there', async () => {
    const page = await browser.open('/e/demo/submissions/99999');
    await page
      .getByText(/no submission 99999/i)
      .first()
      .waitFor();
    await page.close();
  }, 60_000);

  it('works under the content security policy, without a broken script', () => {
    // The page that is not there is asked for on purpose.
    expect(browser.complaints.filter((text) => !text.includes('/submissions/99999'))).toEqual([]);
  });
});
