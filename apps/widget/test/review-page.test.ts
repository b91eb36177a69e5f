import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualTemplate } from './manual-stage.js';
import { type Stage, startStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

const SHOTS = process.env.SHOTS_DIR;

describe('the page of a review link', () => {
  it('shows one upload, and finishes it', async () => {
    const { id: templateId } = await createManualTemplate(stage);
    const { api } = stage.server;
    const rows = [
      { name: 'Lamp 1', sku: 'L-1', price: '1.50' },
      { name: 'Lamp 2', sku: 'L-2', price: 'cheap' },
    ];
    const { id } = await api<{ id: string }>('POST', '/v1/uploads', {
      templateId,
      externalUserId: 'ada',
      rows,
    });
    const { url } = await api<{ url: string }>('POST', `/v1/uploads/${id}/review-links`, {});
    const page = await stage.browser.newPage();
    const { hash } = new URL(url);
    await page.goto(`${stage.server.url}/review${hash}`);
    await page.getByText('1 row needs attention').waitFor();
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/review-page.png` });
    expect(await page.getByRole('button', { name: 'My imports' }).count()).toBe(0);
    await page.locator('[data-row="1"][data-column="2"]').dblclick();
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    const finish = page.locator('footer button').last();
    await expect.poll(() => finish.textContent()).toBe('Import 2 rows');
    await expect.poll(() => finish.isEnabled()).toBe(true);
    await finish.click();
    await page.getByRole('heading', { name: '2 rows were imported' }).waitFor();
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/review-done.png` });
    await page.reload();
    await page.getByText('This link does not work any more').waitFor();
    await page.close();
  });
});
