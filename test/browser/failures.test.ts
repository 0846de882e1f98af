/** Failures of real jobs in real Chromium: from the campaign's page to the group, its logs and its jobs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { campaignText } from '../support/campaign-text.ts';
import { type OneServer, PATIENCE, startOneServer } from '../support/one-server.ts';

let poms: OneServer;
let browser: TestBrowser;
let submission = 0;

/** Of six jobs four cannot read their input, one dies of a signal, one is well. */
const JOB = `case $POMS_JOB_INDEX in
  0) exit 0;; 1) kill -SEGV $$;;
  *) echo "starting on file $POMS_JOB_INDEX"; echo "ERROR: cannot open /data/run$POMS_JOB_INDEX/in.root" >&2; echo "cleaning up" >&2; exit 3;;
esac`;

beforeAll(async () => {
  poms = await startOneServer({ POMS_LOCAL_SLOTS: '2' });
  browser = await startBrowser(poms.client.url);
  const launchScript = `cat > job.sh <<'END'\n${JOB}\nEND\npoms-submit -N 6 -- sh "$PWD/job.sh"`;
  await poms.apply(campaignText('breaking', { launchScript, stages: [{ name: 'only' }] }));
  await poms.apply(campaignText('fine', { stages: [{ name: 'only' }] }));
  const { launch } = await poms.launch('breaking');
  submission = launch.submissionId ?? 0;
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await poms?.stop();
}, 60_000);

const ENDED = "select from job where state in ('completed', 'failed')";

async function samples(): Promise<unknown[]> {
  const { rows } = await poms.database.pool.query('select distinct failure_group from failure_sample');
  return rows;
}

it('leads from the campaign to the group, its log line, its jobs and a job', async () => {
  await expect.poll(async () => (await poms.database.pool.query(ENDED)).rowCount, PATIENCE).toBe(6);
  await expect.poll(async () => (await samples()).length, PATIENCE).toBe(2);
  const page = await browser.open('/e/demo/campaigns/breaking');
  const card = page.getByRole('region', { name: 'Failures' });
  await card.getByText(/^exit code 3/).waitFor();
  await card.getByText('ERROR: cannot open <path>').waitFor();
  await browser.shoot(page, 'failures-campaign');
  await card.getByRole('link', { name: 'All 2 groups' }).click();
  await page.waitForURL('**/e/demo/failures?campaign=breaking');
  await page.getByText(/^5 of 6 jobs failed.* in 2 ways; most, 80%, with exit code 3/).waitFor();
  await page.getByText(/ERROR: cannot open .data.run/).waitFor();
  await page.getByText(/^signal SEGV/).waitFor();
  await browser.shoot(page, 'failures');
  await page.getByRole('link', { name: '4 jobs', exact: true }).click();
  await page.getByRole('table', { name: 'Jobs with this failure' }).waitFor();
  await expect.poll(() => page.locator('tbody a[href*="/jobs/"]').count()).toBe(4);
  expect(await page.getByText(/^signal SEGV/).count(), 'only the chosen group').toBe(0);
  await browser.shoot(page, 'failures-jobs');
  await page.locator('tbody a[href*="/jobs/"]').first().click();
  await page.getByText('cleaning up').waitFor();
  await page.goBack();
  await page.getByRole('table', { name: 'Jobs with this failure' }).waitFor();
  await page.close();
}, 120_000);

it('is on the page of a submission, on a phone in the dark', async () => {
  const page = await browser.open(`/e/demo/submissions/${submission}`, { width: 390, dark: true });
  const card = page.getByRole('region', { name: 'Failures' });
  await card.getByText(/^exit code 3/).waitFor();
  await browser.shoot(page, 'failures-submission-phone');
  await card.getByRole('link', { name: 'All 2 groups' }).click();
  await page.waitForURL(`**/e/demo/failures?submission=${submission}`);
  await page.getByText(/^exit code 3/).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await browser.shoot(page, 'failures-phone');
  await page.close();
}, 60_000);

it('says where nothing has failed, what is not there, and when there is no answer', async () => {
  const page = await browser.open('/e/demo/failures?campaign=fine');
  await page.getByText('No job has failed').waitFor();
  await page.goto(`${poms.client.url}/e/demo/campaigns/fine`);
  await page.getByRole('heading', { name: 'Launches' }).first().waitFor();
  expect(await page.getByRole('region', { name: 'Failures' }).count()).toBe(0);
  await page.goto(`${poms.client.url}/e/demo/failures`);
  await page.getByText('Whose failures?').waitFor();
  expect(browser.complaints, 'no script is broken, and nothing is against the policy').toEqual([]);
  await page.goto(`${poms.client.url}/e/demo/failures?campaign=nowhere`);
  await page
    .getByText(/no campaign nowhere/i)
    .first()
    .waitFor();
  await page.route('**/api/v1/**/failures?*', (route) => route.abort());
  await page.goto(`${poms.client.url}/e/demo/failures?campaign=breaking`);
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await browser.shoot(page, 'failures-problem');
  await page.unroute('**/api/v1/**/failures?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText(/^exit code 3/).waitFor();
  await page.close();
}, 120_000);
