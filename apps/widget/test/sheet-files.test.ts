import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualTemplate, goToReview, openManual, products } from './manual-stage.js';
import { type Stage, startStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await createManualTemplate(stage, { identity: ['sku'] });
});
afterAll(() => stage?.close());

const SHOTS = process.env.SHOTS_DIR;

describe('the rows of an upload', () => {
  it('are corrected in a file, and imported after a look at what changes', async () => {
    const opened = await openManual(stage, { options: { externalUserId: 'files' } });
    const { widget, page, cell, primary } = opened;
    const shoot = async (name: string) => {
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
    };
    await goToReview(opened, { name: 'lamps.csv', text: products() });
    await widget.getByText('2 rows need attention').waitFor();

    await widget.getByRole('button', { name: 'Correct in a spreadsheet program' }).click();
    await widget.getByText('Download as CSV').waitFor();
    await shoot('file-menu');
    const downloading = page.waitForEvent('download');
    await widget.getByRole('menuitem', { name: 'Needs attention' }).last().click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^.+ invalid r\d+\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.split('\r\n')).toHaveLength(4);

    const corrected = `${text.replace('cheap', '4.50').replace('nwe', 'new')}99,Nothing,,,,,\r\n`;
    await widget.locator('input[type=file][accept=".csv,.xlsx"]').setInputFiles({
      name: download.suggestedFilename(),
      mimeType: 'text/csv',
      buffer: Buffer.from(corrected),
    });
    await widget.getByText('The file changed 2 cells.').waitFor();
    await widget.getByText('1 row of the file is not part of this import, and was left out: 99').waitFor();
    await expect.poll(() => cell(2, 2).textContent()).toBe('4.50');
    await shoot('corrected');

    await expect.poll(() => primary.textContent()).toBe('Import 20 rows');
    await primary.click();
    const dialog = widget.getByRole('dialog', { name: 'What this import changes' });
    await expect.poll(() => dialog.locator('dl').textContent()).toBe('20new0changed0unchanged');
    await shoot('plan');
    await dialog.getByRole('button', { name: 'Import 20 rows' }).click();
    await widget.getByRole('heading', { name: '20 rows were imported' }).waitFor();

    await widget.getByRole('button', { name: 'Import another file' }).click();
    const changed = products(21)
      .replace('cheap', '4.50')
      .replace('nwe', 'new')
      .replace('Lamp 4;', 'Lantern;');
    await goToReview(opened, { name: 'lamps.csv', text: changed.replace('6.00;2026-01-31', ';2026-01-31') });
    await expect.poll(() => primary.textContent()).toBe('Import 21 rows');
    await primary.click();
    await expect.poll(() => dialog.locator('dl').textContent()).toBe('1new1changed19unchanged');
    await dialog.getByText('1 blank cell in changed rows clears the value that was there.').waitFor();
    await shoot('plan-again');
    await page.close();
  });
});
