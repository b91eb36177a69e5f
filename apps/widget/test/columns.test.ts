import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseFile, createManualTemplate, type ManualOpened, openManual } from './manual-stage.js';
import { type Stage, startStage } from './stage.js';

const COLUMNS = [
  { key: 'name', name: 'Name', required: true },
  {
    key: 'colour',
    name: 'Colour',
    type: 'select',
    allowNewOptions: true,
    options: [
      { value: 'red', label: 'Signal red' },
      { value: 'green', label: 'Green' },
      { value: 'blue', label: 'Blue' },
    ],
  },
];

const FILE = {
  name: 'colours.csv',
  text: [
    'Name,Colour,Remark',
    'A,gren,fragile',
    'B,gren',
    'C,Bleu',
    'D,Teal',
    'E,n/a',
    'F,Signal red',
    '',
  ].join('\n'),
};

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await createManualTemplate(stage, { columns: COLUMNS, allowCustomColumns: true });
});
afterAll(() => stage?.close());

async function openColumns(user: string): Promise<ManualOpened> {
  const opened = await openManual(stage, { options: { externalUserId: user } });
  await chooseFile(opened, FILE);
  await opened.widget.locator('table').waitFor();
  await opened.primary.click();
  await opened.widget.locator('#pick-name').waitFor();
  return opened;
}

describe('the columns of a file', () => {
  it('have an option for each value, and are mapped in the same way for the next file', async () => {
    const opened = await openColumns('values');
    const { widget, page, primary, cell } = opened;

    await widget.getByText('4 values need an option').waitFor();
    await widget.getByRole('button', { name: 'Map all 2 that look alike' }).click();
    await widget.getByText('2 values need an option').waitFor();
    const choose = async (text: string, option: string) => {
      await widget.getByRole('combobox', { name: `Option for “${text}”` }).click();
      await widget.getByRole('option', { name: option }).click();
    };
    await choose('Teal', 'Add “Teal” as a new option');
    await choose('n/a', 'Leave empty');
    await widget.getByText('All 5 values match an option').waitFor();
    await widget.getByRole('checkbox', { name: 'Remark' }).check();
    await primary.click();
    await cell(0, 0).waitFor();
    await expect.poll(() => primary.textContent()).toBe('Import 6 rows');
    await expect.poll(() => cell(3, 1).textContent()).toBe('Teal');
    await primary.click();
    await widget.getByRole('heading', { name: '6 rows were imported' }).waitFor();
    const [batch] = stage.receiver.requests;
    expect(batch?.json).toMatchObject({
      data: {
        newOptions: { colour: ['Teal'] },
        rows: ['green', 'green', 'blue', 'Teal', null, 'red'].map((colour, index) => ({
          values: { colour },
          ...(index === 0 && { custom: { Remark: 'fragile' } }),
        })),
      },
    });
    await widget.getByRole('button', { name: 'Import another file' }).click();
    await chooseFile(opened, FILE);
    await widget.locator('table').waitFor();
    await primary.click();
    await widget.getByText(/^Mapped as last time/).waitFor();
    await widget.getByText('All 5 values match an option').waitFor();
    await widget.getByRole('button', { name: 'Map afresh' }).click();
    await widget.getByText('4 values need an option').waitFor();
    await widget.getByRole('button', { name: 'Map as last time' }).click();
    await widget.getByText('All 5 values match an option').waitFor();
    await page.close();
  });
});
