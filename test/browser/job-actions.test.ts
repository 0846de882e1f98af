/** Jobs chosen, held and removed in real Chromium, with the preview before and the outcome after. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { campaignText } from '../support/campaign-text.ts';
import { type OneServer, startOneServer } from '../support/one-server.ts';

let poms: OneServer;
let browser: TestBrowser;
beforeAll(async () => {
  poms = await startOneServer({ POMS_LOCAL_SLOTS: '2' });
  browser = await startBrowser(poms.client.url);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await poms?.stop();
}, 60_000);

/** Chooses the action of a menu, reads the preview, gives the reason and confirms. */
async function act(
  page: Page,
  menu: string,
  action: string,
  preview: RegExp,
  outcome: RegExp,
): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${action}`) }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(preview).waitFor();
  await dialog.getByLabel(/^Reason/).fill('the disk is full');
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await dialog.getByText(outcome).waitFor();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
}

it('one job is held, then all of the campaign are removed', async () => {
  await poms.apply(
    campaignText('sleepers', { launchScript: 'poms-submit -N 2 -- sleep 600', stages: [{ name: 'only' }] }),
  );
  const { launch } = await poms.launch('sleepers');
  const page = await browser.open(`/e/demo/submissions/${launch.submissionId}/jobs`);
  await page.getByRole('checkbox').first().check();
  await act(page, 'With 1 job', 'Hold jobs', /1 job of 1 submission/, /Accepted for 1 job/);
  await page.getByText(/1 of 2 jobs is held, as .*: the disk is full/).waitFor();
  await browser.shoot(page, 'job-actions');
  await page.goto(`${poms.client.url}/e/demo/campaigns/sleepers`);
  await act(page, 'Jobs', 'Remove jobs', /2 jobs of 1 submission/, /Accepted for 2 jobs/);
  await expect
    .poll(
      async () => {
        const { rows } = await poms.database.pool.query('select status_id from submission');
        return rows[0]?.status_id;
      },
      { timeout: 30_000 },
    )
    .toBe(9000);
  await page.close();
}, 120_000);
