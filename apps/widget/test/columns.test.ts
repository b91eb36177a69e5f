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

describe('what the page of the host passes on', () => {
  const ROWS = [
    { name: 'Lamp', colour: 'red' },
    { name: 'Table', colour: 'mauve' },
  ];
  const lastBatch = () => stage.receiver.requests.map(({ json }) => json).at(-2);

  it('opens the review of its rows, with values in columns that are not shown, also after a reload', async () => {
    const data = { rows: ROWS, values: { colour: 'green' } };
    const opened = await openManual(stage, { options: { externalUserId: 'rows', data } });
    const { widget, page, primary, cell, events } = opened;
    await cell(0, 0).waitFor();
    await expect.poll(() => primary.textContent()).toBe('Import 2 rows');
    expect(await widget.getByRole('columnheader', { name: 'Name' }).count()).toBe(1);
    expect(await widget.getByRole('columnheader', { name: 'Colour' }).count()).toBe(0);
    await cell(1, 0).click();
    await page.keyboard.type('Desk');
    await page.keyboard.press('Enter');
    await expect.poll(() => cell(1, 0).textContent()).toBe('Desk');
    await widget.getByText('All changes are saved').waitFor();
    await page.reload();
    await page.evaluate('inlet.open()');
    await expect.poll(() => cell(1, 0).textContent()).toBe('Desk');
    await primary.click();
    await widget.getByRole('heading', { name: '2 rows were imported' }).waitFor();
    await expect.poll(lastBatch).toMatchObject({
      data: {
        rows: [{ values: { name: 'Lamp', colour: 'green' } }, { values: { name: 'Desk', colour: 'green' } }],
      },
    });
    expect((await events()).map(([name]) => name)).toContain('importCompleted');
    await page.close();
  });

  it('fills a column of a file, which is not shown, and says what is wrong with its rows', async () => {
    const data = { values: { colour: 'blue' } };
    const opened = await openManual(stage, { options: { externalUserId: 'constant', data } });
    const { widget, page, primary, cell } = opened;
    await chooseFile(opened, FILE);
    await widget.locator('table').waitFor();
    await primary.click();
    await widget.locator('#pick-name').waitFor();
    expect(await widget.locator('#pick-colour').count()).toBe(0);
    await primary.click();
    await cell(0, 0).waitFor();
    await expect.poll(() => primary.textContent()).toBe('Import 6 rows');
    await page.close();

    const wrong = await openManual(stage, {
      options: { externalUserId: 'wrong', data: { rows: [{ nme: 'A' }] } },
    });
    await wrong.widget.getByText('What this page prepared for you cannot be used').waitFor();
    const [, error] = (await wrong.events()).find(([name]) => name === 'error') ?? [];
    expect(error).toMatchObject({
      code: 'data_invalid',
      message: expect.stringContaining('rows.0.nme: is no column of the template'),
    });
    await wrong.page.close();
  });
});
