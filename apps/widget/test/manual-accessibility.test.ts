import axe from 'axe-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseFile, createManualTemplate, openManual, products } from './manual-stage.js';
import { type Opened, type Stage, startStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await createManualTemplate(stage, { allowPartial: true });
});
afterAll(() => stage?.close());

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** Returns everything that axe finds inside the frame, one line each. */
async function violations({ page }: Opened): Promise<string[]> {
  const frame = page.frames().find((each) => each.url().startsWith(stage.server.url));
  if (!frame) throw new Error('there is no widget');
  await frame.evaluate(axe.source);
  const { violations: found } = (await frame.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
  )) as { violations: Violation[] };
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
}

it.each([
  { colorScheme: 'light', locale: 'en', width: 1280 },
  { colorScheme: 'dark', locale: 'ar', width: 360 },
])(
  'has no violations on any step of the import of a file: $colorScheme, $locale, $width px',
  async ({ colorScheme, locale, width }) => {
    const context = await stage.browser.newContext({ reducedMotion: 'reduce', locale: 'en-US' });
    const opened = await openManual(stage, {
      context,
      width,
      options: { locale, externalUserId: locale, appearance: { colorScheme, primaryColor: '#ffd43b' } },
    });
    const { widget, page, cell, primary } = opened;
    const check = async (step: string) => {
      // Wait until dialogs and menus have faded in.
      await page.waitForTimeout(250);
      expect(await violations(opened), step).toEqual([]);
    };
    await widget.locator('input[type=file]').waitFor({ state: 'attached' });
    await check('file');
    await chooseFile(opened, { name: 'lamps.csv', text: products() });
    await widget.locator('table').waitFor();
    await check('headings');
    await primary.click();
    await widget.locator('#pick-name').waitFor();
    await check('columns');
    await primary.click();
    await widget.locator('[data-severity=error]').first().waitFor();
    await cell(2, 2).click();
    await check('review');
    await page.keyboard.press('Enter');
    await check('edit');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+f');
    await widget.getByRole('dialog').waitFor();
    await check('find and replace');
    await page.keyboard.press('Escape');
    await widget.getByRole('dialog').waitFor({ state: 'detached' });
    await primary.click();
    await widget.locator('dl').waitFor();
    await widget.locator('main h1 ~ p').first().waitFor();
    await check('import');
    await context.close();
  },
);
