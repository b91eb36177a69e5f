import { afterAll, beforeAll, expect, it } from 'vitest';
import { createManualTemplate, goToReview, openManual, products } from './manual-stage.js';
import { type Stage, startStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await createManualTemplate(stage);
});
afterAll(() => stage?.close());

it('lists a finished upload in My imports, opens its details, and takes it back', async () => {
  const opened = await openManual(stage, { options: { externalUserId: 'lists' } });
  const { widget, page, primary } = opened;
  const text = products(4).replace('cheap', '4.50');
  await goToReview(opened, { name: 'lamps.csv', text });
  await expect.poll(() => primary.textContent()).toBe('Import 4 rows');
  await primary.click();
  await widget.getByRole('heading', { name: '4 rows were imported' }).waitFor();
  await widget.getByRole('button', { name: 'Go to my imports' }).click();
  await widget.getByText('4 rows accepted').waitFor();
  await widget.getByText('Done', { exact: true }).waitFor();
  await widget.getByRole('button', { name: 'lamps.csv' }).click();
  await widget.getByRole('heading', { name: 'lamps.csv' }).waitFor();
  await widget.getByText('from an uploaded file').waitFor();
  await widget.getByRole('button', { name: 'Undo', exact: true }).click();
  await widget.getByText('4 new rows will be removed.').waitFor();
  await widget.getByRole('button', { name: 'Undo import' }).click();
  await widget.getByText('Undone', { exact: true }).waitFor();
  await widget.getByText('4 removed').waitFor();
  await page.close();
});
