import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Opened, openWidget, readSource, rss, type Stage, startStage } from './stage.js';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

describe('accessibility', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ INLET_OUTLINE_DEADLINE_SECONDS: '60' });
    stage.feeds.route('/times.xml', { body: rss() });
    stage.feeds.route('/slow.xml', { hang: true });
  });
  afterAll(() => stage?.close());

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

  const VARIANTS = [
    { colorScheme: 'light', locale: 'en', width: 1280 },
    { colorScheme: 'dark', locale: 'en', width: 360 },
    { colorScheme: 'light', locale: 'ar', width: 360 },
    { colorScheme: 'dark', locale: 'ar', width: 1280 },
  ];

  it.each(VARIANTS)(
    'has no violations on any step: $colorScheme, $locale, $width px',
    async ({ colorScheme, locale, width }) => {
      // Fading content would be checked with its intermediate colours.
      const context = await stage.browser.newContext({ reducedMotion: 'reduce', locale: 'en-US' });
      const opened = await openWidget(stage, {
        context,
        width,
        options: { locale, appearance: { colorScheme, primaryColor: '#ffd43b' } },
      });
      const { widget, page } = opened;
      const primary = widget.locator('footer button[type=submit]');
      const check = async (step: string) => {
        // Wait until dialogs and menus have faded in.
        await page.waitForTimeout(250);
        expect(await violations(opened), step).toEqual([]);
      };
      await widget.locator('input').first().waitFor();
      await check('empty');
      await readSource(
        { ...opened, widget: { getByLabel: () => widget.locator('input').first() } as never },
        'http://127.0.0.1:1/',
      );
      await widget.getByRole('alert').waitFor();
      await check('error');
      await widget.locator('input').first().fill(stage.feeds.url('/slow.xml'));
      await widget.locator('input').first().press('Enter');
      await widget.getByRole('progressbar').waitFor();
      await check('reading');
      await widget.locator('input').first().fill(stage.feeds.url('/times.xml'));
      await widget.locator('input').first().press('Enter');
      await widget.locator('table').waitFor();
      await check('found');
      await primary.click();
      await widget.locator('tbody td button').first().waitFor();
      await check('map');
      await widget.locator('#pick-title').click();
      await widget.getByRole('option').first().waitFor();
      await check('picker');
      await page.keyboard.press('Escape');
      await widget.locator('li [aria-expanded=false][aria-controls]').last().click();
      await check('adjust');
      await primary.click();
      await widget.locator('ol time').first().waitFor();
      await check('schedule');
      await primary.click();
      await widget.getByRole('alert').waitFor();
      await widget.getByRole('alert').getByRole('button').first().click();
      await widget.locator('table').waitFor();
      await check('confirm');
      await primary.click();
      await widget.locator('main h1').waitFor();
      await widget.getByRole('status').locator('ul').waitFor();
      await check('done');
      await widget.locator('header button').first().click();
      await widget.locator('main ul li').first().waitFor();
      await check('imports');
      await widget.locator('main ul li button').first().click();
      await widget.locator('dl').waitFor();
      await widget.locator('section li').first().waitFor();
      await check('import');
      await context.close();
    },
  );
});
