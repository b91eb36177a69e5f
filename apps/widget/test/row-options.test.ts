import type { JobView, Page } from '@inlet/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, createImport, openWidget, pick, readSource, rss, type Stage, startStage } from './stage.js';

describe('the choice of rows', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    await stage.server.api('PATCH', `/v1/templates/${stage.template.id}`, { usersDecideHeldRuns: true });
    stage.feeds.route('/times.xml', { body: rss() });
  });
  afterAll(() => stage?.close());

  it('becomes part of the import: identity, conditions, first import and ignored columns', async () => {
    const opened = await openWidget(stage, { options: { externalUserId: 'chooser' } });
    const { widget, page, next } = opened;
    await readSource(opened, stage.feeds.url('/times.xml'));
    await next();
    await widget.getByRole('button', { name: 'What makes a row the same row?' }).click();
    await widget.getByRole('radio', { name: 'Columns that I choose' }).click();
    await widget.getByText('Choose at least one column.').waitFor();
    await choose(opened, { label: 'Columns that are the same together', option: 'Link' });
    await page.keyboard.press('Escape');
    await widget.getByRole('button', { name: 'Import only some of the rows?' }).click();
    await widget.getByRole('button', { name: 'Add a condition' }).click();
    await choose(opened, { label: 'Comparison', option: 'is one of' });
    await widget.getByLabel('Value', { exact: true }).fill('Story 1, Story 2');
    await widget.getByRole('button', { name: 'Are some items too old to import?' }).click();
    await widget.getByRole('radio', { name: 'Only the newest' }).click();
    await widget.getByLabel('Number of items').fill('1');
    await widget.getByRole('button', { name: 'Do some values change all the time?' }).click();
    await choose(opened, { label: 'Columns to ignore when comparing', option: 'Price' });
    await page.keyboard.press('Escape');
    await next();
    await next();
    await widget.getByRole('alert').waitFor();
    await widget.getByText('Rows are told apart by Link.').waitFor();
    await widget.getByText('Only rows where Title is “Story 1” or “Story 2” are imported.').waitFor();
    await widget.getByText('The first run sends only the newest item.').waitFor();
    await widget.getByText('A row in which only Price changes counts as unchanged.').waitFor();
    await widget.getByRole('button', { name: 'Start import' }).click();
    await widget.getByRole('heading', { name: /is set up/ }).waitFor();
    const jobs = await stage.server.api<Page<JobView>>('GET', '/v1/import-jobs/user/chooser');
    expect(jobs.items).toMatchObject([
      {
        identity: { by: 'columns', columns: ['url'] },
        filter: {
          match: 'all',
          include: true,
          conditions: [{ column: 'title', op: 'in', value: ['Story 1', 'Story 2'] }],
        },
        firstRun: { newest: 1 },
        changeDetection: { ignoreColumns: ['price'] },
      },
    ]);
    await page.close();
  });

  it('is checked on the items of the source while the person chooses', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, stage.feeds.url('/times.xml'));
    await next();
    await widget.getByRole('button', { name: 'What makes a row the same row?' }).click();
    await widget.getByText('Unique in all 10 items that were compared.').waitFor();
    await widget.getByRole('radio', { name: 'Columns that I choose' }).click();
    await choose(opened, { label: 'Columns that are the same together', option: 'Published' });
    await page.keyboard.press('Escape');
    await widget.getByText('Unique in all 10 items that were compared.').waitFor();
    await widget.getByRole('button', { name: 'Import only some of the rows?' }).click();
    await widget.getByRole('button', { name: 'Add a condition' }).click();
    await widget.getByLabel('Value', { exact: true }).fill('Story 1');
    await widget.getByText('Left out: 9 of the first 12 rows.').waitFor();
    await expect.poll(() => widget.getByRole('table').locator('tbody tr').count()).toBe(3);
    await widget.getByLabel('Value', { exact: true }).fill('nothing like this');
    await widget.getByText('No row is left: the conditions leave out all 12 that were read.').waitFor();
    await widget.getByText('No row is left to show.').waitFor();
    await choose(opened, { label: 'Comparison', option: 'matches the pattern' });
    await widget.getByLabel('Value', { exact: true }).fill('(?=Story)');
    await widget.getByText('This pattern cannot be used.').waitFor();
    await widget.getByLabel('Value', { exact: true }).fill('y 1$');
    await widget.getByText('Left out: 11 of the first 12 rows.').waitFor();
    await page.close();
  });

  it('warns by itself if the ids of the file repeat, or if chosen columns would lose rows', async () => {
    const items = Array.from(
      { length: 20 },
      (_, index) =>
        `<item><guid>same-${index % 4}</guid><title>Story ${index % 19}</title><link>https://times.example/${index}</link></item>`,
    );
    const url = stage.feeds.route('/repeats.xml', {
      body: `<rss version="2.0"><channel><title>R</title>${items.join('')}</channel></rss>`,
    });
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, url);
    await next();
    await widget.getByText('Ids repeat in this file, so items are told apart by their link.').waitFor();
    await widget.getByRole('radio', { name: 'Columns that I choose' }).click();
    await choose(opened, { label: 'Columns that are the same together', option: 'Title' });
    await page.keyboard.press('Escape');
    await widget
      .getByText(
        'Unique in 95% of the 20 items that were compared. The other one counts as the same row and is not imported.',
      )
      .waitFor();
    await widget.getByRole('radio', { name: 'Automatic' }).click();
    await next();
    await next();
    await widget
      .getByText(/16 of 20 items have the same id as an earlier one. Items are told apart by their link/)
      .waitFor();
    await page.close();
  });

  it('says in words what tells the rows apart, and not that ids repeat if there are none', async () => {
    const itemsWithout = (fields: (index: number) => object) =>
      JSON.stringify({ products: Array.from({ length: 12 }, (_, index) => fields(index)) });
    const link = (index: number) => `https://shop.example/${index}`;
    const sku = stage.feeds.route('/sku.json', {
      body: itemsWithout((index) => ({ sku: `A-${index}`, title: 'Chair', url: link(index), price: 1 })),
    });
    const linked = stage.feeds.route('/linked.json', {
      body: itemsWithout((index) => ({ title: 'Chair', url: link(index), price: 1 })),
    });
    const plain = stage.feeds.route('/plain.json', {
      body: itemsWithout((index) => ({ title: `Chair ${index}`, address: link(index), price: index % 3 })),
    });
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    const openIdentity = async (url: string) => {
      await readSource(opened, url);
      await widget.getByText('12 items').waitFor();
      await next();
    };
    const open = widget.getByRole('button', { name: 'What makes a row the same row?' });
    await openIdentity(sku);
    await open.click();
    await widget
      .getByText('Rows are told apart by sku. Unique in all 12 items that were compared.')
      .waitFor();
    await widget.getByRole('button', { name: 'Back' }).click();
    await openIdentity(linked);
    await open.click();
    await widget.getByText('Rows are told apart by Link. Unique in all 12 items').waitFor();
    expect(await widget.getByText('Ids repeat').count()).toBe(0);
    await widget.getByRole('button', { name: 'Back' }).click();
    await openIdentity(plain);
    await pick(opened, { column: 'url', search: 'address' });
    await widget.getByText('Title is never empty here and never repeats').waitFor();
    await widget.getByRole('button', { name: 'Tell rows apart by Title' }).click();
    await widget.getByText('Rows are told apart by Title. Unique in all 12 items').waitFor();
    expect(await widget.getByRole('radio', { name: 'Columns that I choose' }).isChecked()).toBe(true);
    await page.close();
  });

  interface HeldImportOptions {
    readonly user: string;
    readonly label: string;
    /** The items of the first run. */
    readonly before: string;
    /** The items of the run that is held. */
    readonly after: string;
  }

  const feedOf = (items: string) => `<rss version="2.0"><channel><title>S</title>${items}</channel></rss>`;
  const itemsOf = (count: number, idOf: (index: number) => string) =>
    Array.from(
      { length: count },
      (_, index) =>
        `<item><guid isPermaLink="false">${idOf(index)}</guid><title>Story ${index}</title><link>https://times.example/${idOf(index)}</link></item>`,
    ).join('');

  /** Opens an import whose second run has just been held, and shows the finding. */
  async function openHeldImport({ user, label, before, after }: HeldImportOptions) {
    const path = `/${user}.xml`;
    const url = stage.feeds.route(path, { body: feedOf(before) });
    const more = { changeDetection: { removed: true, ignoreColumns: ['url'] }, runNow: true };
    const job = await createImport(stage, { user, label, url, more });
    const jobNow = () => stage.server.api<JobView>('GET', `/v1/import-jobs/${job.id}`);
    await expect.poll(async () => (await jobNow()).lastRun?.outcome, { timeout: 60_000 }).toBe('succeeded');
    stage.receiver.clear();
    stage.feeds.route(path, { body: feedOf(after) });
    const opened = await openWidget(stage, { options: { externalUserId: user, view: 'imports' } });
    const { widget } = opened;
    await widget.getByRole('button', { name: label, exact: true }).click();
    await widget.getByRole('button', { name: 'Run now' }).click();
    await widget.getByText('A run was held, and nothing was sent').waitFor({ timeout: 60_000 });
    return { ...opened, jobNow };
  }

  it('is a decision about a held run, in words, with a reason', async () => {
    const { widget, page, jobNow } = await openHeldImport({
      user: 'decider',
      label: 'Shrinking',
      before: itemsOf(12, (index) => `s-${index}`),
      after: itemsOf(1, (index) => `s-${index}`),
    });
    await widget.getByText('11 of 12 known items are missing; the limit is 30%.').first().waitFor();
    await widget.getByRole('button', { name: 'Send the rows' }).click();
    const dialog = widget.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send the rows' }).click();
    await dialog.getByText('Fill this in.').waitFor();
    await dialog.getByLabel('Your reason').fill('They are sold.');
    await dialog.getByRole('radio', { name: 'Report them as removed' }).click();
    await dialog.getByRole('button', { name: 'Send the rows' }).click();
    await widget.getByText('Sent after a decision: They are sold.').waitFor();
    await expect.poll(async () => (await jobNow()).knownItems, { timeout: 30_000 }).toBe(1);
    expect((await jobNow()).heldRunId).toBeNull();
    await page.close();
  });

  it('may be to discard the run: nothing is sent, and the known items stay', async () => {
    const { widget, page, jobNow } = await openHeldImport({
      user: 'discarder',
      label: 'Vanishing',
      before: itemsOf(12, (index) => `s-${index}`),
      after: itemsOf(1, (index) => `s-${index}`),
    });
    await widget.getByRole('button', { name: 'Discard' }).click();
    const dialog = widget.getByRole('dialog');
    await dialog.getByLabel('Your reason').fill('The file is cut.');
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await widget.getByText('Discarded: The file is cut.').waitFor();
    await expect.poll(async () => (await jobNow()).heldRunId, { timeout: 30_000 }).toBeNull();
    expect((await jobNow()).knownItems).toBe(12);
    expect(stage.receiver.requests.map(({ json }) => (json as { type: string }).type)).not.toContain(
      'import.records',
    );
    await page.close();
  });

  it('is one button if only the ids have changed: items are told apart in another way from then on', async () => {
    const { widget, page, jobNow } = await openHeldImport({
      user: 'repairer',
      label: 'Renumbered',
      before: itemsOf(12, (index) => `old-${index}`),
      after: itemsOf(12, (index) => `new-${index}`),
    });
    await widget
      .getByText('12 of 12 known items came with other ids, although their content is the same.')
      .first()
      .waitFor();
    await widget.getByRole('button', { name: 'Identify items by Title' }).click();
    await widget.getByText('Items are identified by Title from now on.').waitFor({ timeout: 60_000 });
    await widget.getByText('12 with a new key').first().waitFor({ timeout: 60_000 });
    await expect.poll(async () => (await jobNow()).lastRun?.counts.rekeyed, { timeout: 60_000 }).toBe(12);
    expect(await jobNow()).toMatchObject({
      identity: { by: 'columns', columns: ['title'] },
      heldRunId: null,
      knownItems: 12,
    });
    await page.close();
  });
});
