import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chooseFile,
  createManualTemplate,
  goToReview,
  type ManualOpened,
  openManual,
  products,
} from './manual-stage.js';
import { pressEscape, type Stage, startStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await createManualTemplate(stage);
});
afterAll(() => stage?.close());

const FILE = { name: 'lamps.csv', text: products() };

/** Opens the widget of a user who has no uploads yet, and goes to the rows. */
async function review(user: string, file = FILE): Promise<ManualOpened> {
  const opened = await openManual(stage, { options: { externalUserId: user } });
  await goToReview(opened, file);
  return opened;
}

const bottomLine = ({ widget }: ManualOpened) => widget.locator('p[role=status]');

describe('the import of a file', () => {
  it('goes from the file to delivered rows by keyboard alone', async () => {
    const opened = await openManual(stage, { options: { externalUserId: 'keys' } });
    const { widget, page, cell, primary, events } = opened;
    await chooseFile(opened, FILE);
    await widget
      .getByText('The first row holds names')
      .or(widget.getByText(/^Row 1 has names/))
      .waitFor();
    await primary.press('Enter');
    await widget.locator('#pick-name').waitFor();
    await primary.press('Enter');
    await cell(0, 0).waitFor();
    await expect.poll(() => primary.textContent()).toBe('Import 18 rows');
    expect(await primary.isDisabled()).toBe(true);
    await cell(0, 0).focus();
    await page.keyboard.press('F8');
    await expect
      .poll(() => cell(2, 2).evaluate((each) => each === each.ownerDocument.activeElement))
      .toBe(true);
    await page.keyboard.type('4.50');
    await page.keyboard.press('Enter');
    await widget.getByText('1 row needs attention').waitFor();
    await page.keyboard.press('F8');
    await page.keyboard.press('Enter');
    await widget.getByRole('option', { name: 'New' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await widget.getByText('All changes are saved').waitFor();
    await expect.poll(() => primary.textContent()).toBe('Import 20 rows');
    await primary.press('Enter');
    await widget.getByRole('heading', { name: '20 rows were imported' }).waitFor();
    const names = (await events()).map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(['uploadStarted', 'uploadCompleted', 'rowsSubmitted', 'importCompleted']),
    );
    const [, completed] = (await events()).find(([name]) => name === 'importCompleted') ?? [];
    expect(completed).toMatchObject({ outcome: 'succeeded', counts: { created: 20, rowsAcknowledged: 20 } });
    await page.close();
  });

  it('closes without a question once the file has arrived, and goes on after a reload', async () => {
    const opened = await review('reload');
    const { widget, page, cell, events } = opened;
    await cell(0, 0).click();
    await page.keyboard.type('Lantern');
    await page.keyboard.press('Enter');
    await widget.getByText('2 rows need attention').waitFor();
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lantern');
    await pressEscape(opened);
    await expect.poll(async () => (await events()).map(([name]) => name)).toContain('close');
    await page.reload();
    await page.click('#open');
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lantern');
    await page.close();
  });

  it('offers an unfinished import on another device', async () => {
    const first = await review('devices');
    await first.page.close();
    const context = await stage.browser.newContext();
    const { widget, cell } = await openManual(stage, { context, options: { externalUserId: 'devices' } });
    await widget.getByText('You have an unfinished import').waitFor();
    await widget.getByRole('button', { name: 'Continue' }).click();
    await cell(0, 0).waitFor();
    await context.close();
  });

  it('takes cells that are pasted on the first screen', async () => {
    const { widget, page } = await openManual(stage, { options: { externalUserId: 'paste' } });
    await widget.getByRole('button', { name: 'Paste rows from a spreadsheet' }).click();
    await widget.getByLabel('Rows', { exact: true }).fill('Name\tPrice\nLamp\t4\nDesk\t5\n');
    await widget.getByRole('button', { name: 'Use these rows' }).click();
    await widget.locator('table').getByText('Lamp').waitFor();
    await page.close();
  });

  it('says why a file cannot be read, and takes another one', async () => {
    const opened = await openManual(stage, { options: { externalUserId: 'unreadable' } });
    const { widget, page } = opened;
    await chooseFile(opened, { name: 'empty.csv', text: '' });
    await widget.getByRole('alert').waitFor();
    await chooseFile(opened, FILE);
    await widget.locator('table').getByText('Lamp 1', { exact: true }).waitFor();
    await page.close();
  });

  it('reads the file again with another delimiter', async () => {
    const opened = await openManual(stage, { options: { externalUserId: 'delimiter' } });
    const { widget, page } = opened;
    await chooseFile(opened, FILE);
    await widget.locator('td', { hasText: /^Lamp 1$/ }).waitFor();
    await widget.getByRole('combobox', { name: 'Cells are separated by' }).click();
    await widget.getByRole('option', { name: 'Comma (,)' }).click();
    await widget.locator('td', { hasText: 'Lamp 1;L-1' }).waitFor();
    await page.close();
  });
});

describe('the review of rows', () => {
  it('names the reason of the cell with the focus, and the row of the file', async () => {
    const opened = await review('reason');
    await opened.cell(2, 2).click();
    await expect
      .poll(() => bottomLine(opened).textContent())
      .toMatch(/^Row 4 · Price\s+“cheap” is not a number/);
    await opened.page.close();
  });

  it('undoes and redoes edits', async () => {
    const { page, cell } = await review('undo');
    await cell(0, 0).click();
    await page.keyboard.type('Lantern');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+z');
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 1');
    await page.keyboard.press('Control+y');
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lantern');
    await page.close();
  });

  it('shows the rows of an issue, and only them', async () => {
    const { widget, page, cell } = await review('issue');
    await widget
      .getByRole('region', { name: 'Issues' })
      .getByRole('button', { name: /^State/ })
      .click();
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 5');
    expect(await widget.getByRole('gridcell', { name: /^Lamp/ }).count()).toBe(1);
    await widget.getByRole('button', { name: /^All/ }).first().click();
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 1');
    await page.close();
  });

  it('sorts by a column, in both directions', async () => {
    const { widget, page, cell } = await review('sort');
    const header = widget.getByRole('columnheader', { name: /^Name/ });
    await header.getByRole('button').click();
    await header.getByRole('button').click();
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 9');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    await header.getByRole('button').click();
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 1');
    await page.close();
  });

  it('counts the cells before it replaces them', async () => {
    const { widget, page, cell } = await review('replace');
    await cell(0, 0).click();
    await page.keyboard.press('Control+f');
    await widget.locator('[role=dialog] input:focus').waitFor();
    await page.keyboard.type('lamp');
    await widget.getByLabel('Replace with').fill('Lantern');
    await widget.getByText('20 cells would change').waitFor();
    await widget.getByRole('button', { name: 'Replace all' }).click();
    await expect.poll(() => cell(1, 0).textContent()).toBe('Lantern 2');
    await page.close();
  });

  it('deletes the rows that are ticked, and brings them back', async () => {
    const { widget, page, cell } = await review('delete');
    await widget.getByRole('checkbox', { name: 'Select row 2', exact: true }).click();
    await widget.getByRole('checkbox', { name: 'Select row 4', exact: true }).click({ modifiers: ['Shift'] });
    await widget.getByRole('button', { name: 'Delete 3 rows' }).click();
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 4');
    await widget.getByText('3 rows were deleted.').waitFor();
    await widget.locator('p[role=status] + button').click();
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 1');
    await page.close();
  });

  it('deletes all rows that need attention after a question', async () => {
    const { widget, page, primary } = await review('delete-invalid');
    await widget.getByRole('button', { name: 'More actions' }).click();
    await widget.getByRole('menuitem', { name: 'Delete all rows that need attention' }).click();
    await widget.getByRole('dialog').getByRole('button', { name: 'Delete 2 rows' }).click();
    await expect.poll(() => primary.textContent()).toBe('Import 18 rows');
    await expect.poll(() => primary.isEnabled()).toBe(true);
    await page.close();
  });

  it('copies and pastes blocks of cells', async () => {
    const context = await stage.browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const opened = await openManual(stage, { context, options: { externalUserId: 'blocks' } });
    await goToReview(opened, FILE);
    const { page, cell } = opened;
    await cell(0, 0).click();
    await cell(1, 1).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+c');
    await cell(10, 0).click();
    await page.keyboard.press('Control+v');
    await expect.poll(() => cell(11, 1).textContent()).toMatch(/^L-2/);
    expect(await cell(10, 0).textContent()).toBe('Lamp 1');
    await context.close();
  });

  it('goes to a row by its number in the file', async () => {
    const opened = await review('go-to', { name: 'many.csv', text: products(3000) });
    const { widget, page, cell } = opened;
    await cell(0, 0).click();
    await page.keyboard.press('Control+g');
    await widget.locator('#go-to-row input:focus').waitFor();
    await page.keyboard.type('2501');
    await page.keyboard.press('Enter');
    await expect.poll(() => bottomLine(opened).textContent()).toMatch(/^Row 2,501/);
    await page.keyboard.press('Control+End');
    await expect.poll(() => bottomLine(opened).textContent()).toMatch(/^Row 3,001 · In stock/);
    await widget.getByRole('gridcell', { name: 'Lamp 3000' }).waitFor();
    await page.close();
  });
});
