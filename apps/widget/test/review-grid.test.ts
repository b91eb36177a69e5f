import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualTemplate, goToReview, type ManualOpened, openManual, products } from './manual-stage.js';
import { type Stage, startStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await createManualTemplate(stage);
});
afterAll(() => stage?.close());

interface ReviewOptions {
  readonly text: string;
  readonly context?: BrowserContext;
  readonly width?: number;
  readonly locale?: string;
}

/** Opens the widget of a user who has no uploads yet, and goes to the rows. */
async function review(user: string, { text, context, width, locale }: ReviewOptions): Promise<ManualOpened> {
  const options = { externalUserId: user, ...(locale && { locale }) };
  const opened = await openManual(stage, { options, ...(context && { context }), ...(width && { width }) });
  await goToReview(opened, { name: 'lamps.csv', text });
  return opened;
}

const gridOf = ({ widget }: ManualOpened) => widget.getByRole('grid');
const bottomLine = ({ widget }: ManualOpened) => widget.locator('p[role=status]');
const topOf = (opened: ManualOpened) =>
  gridOf(opened).evaluate((grid) => {
    const box = grid.getBoundingClientRect();
    const cell = grid.ownerDocument.elementFromPoint(box.left + 200, box.top + 60);
    return Number(cell?.closest<HTMLElement>('[data-row]')?.dataset.row ?? -1);
  });

describe('a sheet with a million rows', () => {
  it('shows every row by wheel, scroll bar, keyboard and number, also if elements end at 15 million pixels', async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, index) => `Lamp ${index + 1};L-${index + 1}`);
    const opened = await review('million', { text: `Name;SKU\n${rows.join('\n')}\n` });
    const { page, cell, primary, widget } = opened;
    await expect.poll(() => primary.textContent(), { timeout: 60_000 }).toBe('Import 1,000,000 rows');
    const grid = gridOf(opened);
    await grid.evaluate((element) => {
      (element.firstElementChild as HTMLElement).style.maxHeight = '15000000px';
    });
    await cell(0, 0).click();
    await page.keyboard.press('Control+End');
    await expect.poll(() => cell(999_999, 0).textContent()).toBe('Lamp 1000000');
    await page.keyboard.press('Control+Home');
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 1');

    await page.keyboard.press('Control+g');
    await widget.getByLabel('Row number in the file').fill('500,001');
    await page.keyboard.press('Enter');
    await expect.poll(() => cell(499_999, 0).textContent()).toBe('Lamp 500000');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => cell(500_000, 0).getAttribute('data-active')).toBe('true');

    await cell(499_999, 1).hover();
    const before = await topOf(opened);
    await page.mouse.wheel(0, 3600);
    await expect.poll(() => topOf(opened)).toBe(before + 100);

    const drag = (share: number) =>
      grid.evaluate((element, part) => {
        element.scrollTop = (element.scrollHeight - element.clientHeight) * part;
      }, share);
    await drag(1);
    await expect.poll(() => cell(999_999, 0).textContent()).toBe('Lamp 1000000');
    await page.mouse.wheel(0, -360);
    await expect.poll(() => cell(999_985, 0).textContent()).toBe('Lamp 999986');
    await drag(0.5);
    await expect.poll(() => cell(500_000, 0).textContent()).toBe('Lamp 500001');
    await drag(0);
    await expect.poll(() => cell(0, 0).textContent()).toBe('Lamp 1');
    await page.close();
  }, 120_000);
});

describe('the issues of a sheet', () => {
  it('come first if most values have them, and are decided for the whole column in one click', async () => {
    let dates = 0;
    const text = products().replaceAll('2026-01-31', () => (dates++ % 3 === 0 ? '2026-01-31' : '03/04/2026'));
    const opened = await review('dates', { text });
    const { widget, cell, page } = opened;
    const first = widget.getByRole('region', { name: 'Issues' }).getByRole('listitem').first();
    await expect.poll(() => first.textContent()).toContain('13 of 20 values in Since');
    await first.getByRole('button', { name: 'Read all as day, month, year' }).click();
    await widget.getByText('13 values were corrected.').waitFor();
    await expect.poll(() => cell(1, 3).textContent()).toBe('2026-04-03');
    await bottomLine(opened).locator('..').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => cell(1, 3).textContent()).toContain('03/04/2026');

    const state = widget.getByRole('listitem').filter({ hasText: 'State' });
    await state.getByRole('button', { name: 'Change all' }).click();
    await widget.getByRole('menuitem', { name: 'Replace 1 value' }).click();
    await widget.getByRole('combobox', { name: 'New value' }).fill('us');
    await widget.getByRole('option', { name: 'Used' }).click();
    await widget.getByRole('button', { name: 'Replace 1 value' }).click();
    await widget.getByText('1 value was corrected.').waitFor();
    await expect.poll(() => cell(4, 4).textContent()).toBe('Used');
    await page.close();
  });

  it('are named in the language of the person', async () => {
    const opened = await review('deutsch', { text: products(), locale: 'de' });
    await opened.cell(2, 2).click();
    await expect.poll(() => bottomLine(opened).textContent()).toContain('Das ist keine Zahl.');
    await expect.poll(() => opened.cell(2, 2).textContent()).toContain('Das ist keine Zahl.');
    await opened.page.close();
  });

  it('include the rows that the receiver has rejected, in its words, until they are corrected', async () => {
    const text = products(4).replace('cheap', '3.00');
    const opened = await review('rejected', { text });
    const { widget, cell, page, primary } = opened;
    stage.receiver.answerWith(({ json }) => {
      const { data } = json as { data: { rows?: { rowKey: string; id: number }[] } };
      const rejected = (data.rows ?? []).filter(({ id }) => id === 3);
      const errors = [{ columnKey: 'price', message: 'is too low for lamps' }];
      return { body: { results: rejected.map(({ rowKey }) => ({ rowKey, status: 'rejected', errors })) } };
    });
    await primary.click();
    await widget.getByRole('button', { name: 'Review them' }).click();
    await widget.getByText('1 row needs attention').waitFor();
    await cell(1, 2).click();
    await expect.poll(() => bottomLine(opened).textContent()).toMatch(/Row 3 · Price\s+is too low for lamps/);
    stage.receiver.answerWith({});
    await page.keyboard.type('30');
    await page.keyboard.press('Enter');
    await expect.poll(() => primary.isEnabled()).toBe(true);
    await primary.click();
    await widget.getByRole('heading', { name: /imported/ }).waitFor();
    await page.close();
  });
});

describe('the columns of a sheet', () => {
  it('are resized by pointer and keyboard, fit to their texts, and keep their widths', async () => {
    const opened = await review('widths', { text: products() });
    const { widget, page, cell } = opened;
    const edge = widget.getByRole('separator', { name: 'Width of SKU' });
    const width = () => cell(0, 1).evaluate((each) => each.getBoundingClientRect().width);
    const before = await width();
    const box = (await edge.boundingBox())!;
    await page.mouse.move(box.x + 4, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 64, box.y + 10, { steps: 3 });
    await page.mouse.up();
    await expect.poll(width).toBe(before + 60);
    await edge.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(width).toBe(before + 44);
    await edge.dblclick();
    await expect.poll(width).toBeLessThan(before);
    const fitted = await width();
    await page.reload();
    await page.click('#open');
    await cell(0, 1).waitFor();
    expect(await width()).toBe(fitted);
    await page.close();
  });
});

it('shows the edits of one tab in another one, and tells of a conflict', async () => {
  const context = await stage.browser.newContext({ locale: 'en-US' });
  const mine = await review('tabs', { text: products(), context });
  const theirs = await openManual(stage, { context, options: { externalUserId: 'tabs' } });
  await theirs.widget.getByRole('button', { name: 'Continue' }).click();
  await theirs.cell(0, 0).waitFor();
  await mine.cell(0, 0).click();
  await mine.page.keyboard.type('Lantern');
  await mine.page.keyboard.press('Enter');
  await expect.poll(() => theirs.cell(0, 0).textContent()).toBe('Lantern');

  await theirs.page.route('**/rows?**', (route) => route.abort());
  await theirs.cell(1, 0).click();
  await theirs.page.keyboard.type('Torch');
  await mine.cell(1, 0).click();
  await mine.page.keyboard.type('Candle');
  await mine.page.keyboard.press('Enter');
  await mine.widget
    .getByText('All changes are saved')
    .or(mine.widget.getByText('2 rows need attention'))
    .waitFor();
  await theirs.page.keyboard.press('Enter');
  await theirs.widget.getByText(/keeps the other text: “Candle”/).waitFor();
  await context.close();
});

it('scrolls, chooses and edits cells by touch at 360 px', async () => {
  const context = await stage.browser.newContext({
    locale: 'en-US',
    hasTouch: true,
    viewport: { width: 360, height: 740 },
  });
  const opened = await review('touch', { text: products(100), context, width: 360 });
  const { cell, page, primary } = opened;
  await cell(1, 0).tap();
  await expect.poll(() => cell(1, 0).getAttribute('data-active')).toBe('true');
  await cell(1, 0).tap();
  await page.keyboard.type('Lantern');
  await page.keyboard.press('Enter');
  await expect.poll(() => cell(1, 0).textContent()).toBe('Lantern');
  await gridOf(opened).evaluate((grid) => grid.scrollBy(120, 1800));
  await expect.poll(() => topOf(opened)).toBe(50);
  expect(await primary.isVisible()).toBe(true);
  await context.close();
});
