import type { Identity, JobPatch } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeJob, resetJob } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

interface Item {
  readonly guid?: string;
  readonly link?: string;
  readonly title: string;
  readonly description?: string;
}

const element = (name: string, text: string | undefined) =>
  text === undefined ? '' : `<${name}>${text}</${name}>`;

function setItems(items: readonly Item[], padding = ''): void {
  const body = items
    .map(
      ({ guid, link, title, description }) =>
        `<item>${element('guid', guid)}${element('link', link)}${element('title', title)}${element('description', description)}</item>`,
    )
    .join('\n');
  bench.site.route('/feed.xml', {
    body: `<rss version="2.0"><channel><title>Releases</title>${body}${padding}</channel></rss>`,
  });
}

/** The rows of the last run. */
async function runRows(jobId: string) {
  bench.receiver.clear();
  const run = await bench.runNow(jobId);
  return { run, rows: bench.rows() };
}
const titlesOf = (rows: readonly { change: string; values: Record<string, unknown> | null }[]) =>
  rows.map(({ change, values }) => `${change} ${values?.title}`);
const change = (jobId: string, patch: JobPatch) => changeJob(bench.context, bench.caller, { jobId, patch });

const SAME_GUID: Item[] = [
  { guid: 'N/A', title: 'A 1.0', link: 'https://e.example/a' },
  { guid: 'N/A', title: 'B 2.0', link: 'https://e.example/b' },
];
const SAME_LINK: Item[] = [3, 2, 1].map((n) => ({ title: `Item ${n}`, link: 'https://status.example/' }));

describe('the first run', () => {
  test.each<[string, Item[], string]>([
    ['a guid that all items share by their link', SAME_GUID, 'link'],
    ['one link for all items by their content', SAME_LINK, 'content'],
    [
      'ids that repeat and links that repeat, but never together, by both',
      [
        { guid: '1', link: 'a', title: 'One' },
        { guid: '1', link: 'b', title: 'Two' },
        { guid: '2', link: 'a', title: 'Three' },
      ],
      'id_and_link',
    ],
    [
      'unique ids by their id',
      [
        { guid: '1', title: 'One' },
        { guid: '2', title: 'Two' },
      ],
      'id',
    ],
  ])('identifies items with %s, and delivers all of them', async (_, items, basis) => {
    setItems(items);
    const { id } = await bench.makeJob();
    const { run, rows } = await runRows(id);
    expect(run).toMatchObject({
      outcome: 'succeeded',
      counts: { records: items.length, created: items.length, duplicates: 0, batches: 1 },
    });
    expect(titlesOf(rows)).toEqual(items.map(({ title }) => `created ${title}`));
    expect(new Set(rows.map(({ rowKey }) => rowKey)).size).toBe(items.length);
    expect(run.warnings.map(({ code }) => code).includes('identity_repeats')).toBe(basis !== 'id');
    expect(await bench.job(id)).toMatchObject({ identityBasis: basis, knownItems: items.length });

    setItems([{ guid: 'N/A', link: 'https://e.example/new', title: 'New' }, ...items]);
    const next = await runRows(id);
    expect(titlesOf(next.rows)).toEqual(['created New']);
    expect(next.run.counts).toMatchObject({ created: 1, updated: 0, unchanged: items.length });
    expect(await bench.job(id)).toMatchObject({ identityBasis: basis });
  });

  test('decides from the whole file, however long, and leaves nothing of the basis that did not suit', async () => {
    const items = Array.from({ length: 300 }, (_, n) => ({
      guid: n === 299 ? '0' : `${n}`,
      link: `https://e.example/${n}`,
      title: `T${n}`,
      description: 'x'.repeat(8000),
    }));
    setItems(items);
    const { id } = await bench.makeJob();
    const { run, rows } = await runRows(id);
    expect(titlesOf(rows).toSorted()).toEqual(items.map(({ title }) => `created ${title}`).toSorted());
    expect(run.counts).toMatchObject({ records: 300, created: 300, batches: 30, batchesAcknowledged: 30 });
    expect(await bench.deliveries(run.id)).toHaveLength(31);
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'link' });
    expect((await runRows(id)).run.outcome).toBe('unchanged');
  });

  test('drops exact copies of an item, with an issue', async () => {
    setItems([SAME_GUID[0]!, SAME_GUID[0]!, { guid: '2', title: 'Other' }]);
    const { id } = await bench.makeJob();
    const { run, rows } = await runRows(id);
    expect(rows).toHaveLength(2);
    expect(run.counts).toMatchObject({ duplicates: 1, created: 2 });
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'id' });
  });
});

describe('an id that repeats in a later run', () => {
  test('identifies the first item with it, and the others fall back to id and link, then content', async () => {
    setItems([{ guid: '1', link: 'a', title: 'One' }]);
    const { id } = await bench.makeJob();
    const [first] = (await runRows(id)).rows;
    const items = [
      { guid: '1', link: 'a', title: 'One' },
      { guid: '1', link: 'b', title: 'Two' },
      { guid: '1', link: 'b', title: 'Three' },
    ];
    setItems(items);
    const { run, rows } = await runRows(id);
    expect(titlesOf(rows)).toEqual(['created Two', 'created Three']);
    expect(new Set([first, ...rows].map((row) => row?.rowKey)).size).toBe(3);
    expect(run.warnings.at(-1)?.message).toMatch(/^2 of 3 items have the same identity as an earlier one/);
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'id', knownItems: 3 });
    expect((await runRows(id)).rows).toEqual([]);
  });
});

test('a job that ran before bases were stored keeps its row keys', async () => {
  setItems([SAME_GUID[0]!]);
  const { id } = await bench.makeJob();
  const [before] = (await runRows(id)).rows;
  const stored = await bench.storedJob(id);
  const jobs = bench.context.store.jobs;
  const ref = { projectId: stored.projectId, jobId: id };
  await jobs.setActiveRun(ref, { runId: 'run_old', tick: null });
  const seen = (await jobs.get(ref))!;
  const end = {
    lastRun: seen.lastRun!,
    failuresInARow: 0,
    fetchState: { ...seen.fetchState, rowIdentity: null, configHash: null },
  };
  await jobs.endActiveRun(ref, { runId: 'run_old', seen, end });
  setItems(SAME_GUID.map((item) => ({ ...item, description: 'changed' })));
  const { rows } = await runRows(id);
  expect(titlesOf(rows)).toEqual(['updated A 1.0', 'created B 2.0']);
  expect(rows[0]?.rowKey).toBe(before?.rowKey);
  expect(await bench.job(id)).toMatchObject({ identityBasis: 'id' });
});

test('the number of the run is the version of its rows, and is not reset', async () => {
  setItems(SAME_GUID);
  const { id } = await bench.makeJob();
  expect((await runRows(id)).rows.map(({ version }) => version)).toEqual([1, 1]);
  await resetJob(bench.context, bench.caller, { jobId: id });
  const { rows } = await runRows(id);
  expect(rows.map(({ version }) => version)).toEqual([2, 2]);
  expect(await bench.job(id)).toMatchObject({ identityBasis: 'link' });
});

describe('identity chosen for a job', () => {
  test.each<[string, object, number]>([
    ['columns', { by: 'columns', columns: ['title'] }, 1],
    ['content', { by: 'content' }, 2],
    ['the feed', { by: 'feed' }, 1],
  ])('by %s replaces that of the template', async (_, identity, created) => {
    const template = await bench.makeTemplate({ identity: ['text'] });
    setItems([{ guid: '1', title: 'One', description: 'same' }]);
    const { id } = await bench.makeJob({ templateId: template.id, identity });
    await runRows(id);
    setItems([
      { guid: '1', title: 'One', description: 'changed' },
      ...(created === 2 ? [{ guid: '1', title: 'One', description: 'same' }] : []),
    ]);
    const { rows } = await runRows(id);
    expect(titlesOf(rows)).toEqual([created === 2 ? 'created One' : 'updated One']);
  });

  test('by columns that repeat leaves the further items out, and says so', async () => {
    setItems([
      { guid: '1', title: 'One', description: 'first' },
      { guid: '2', title: 'One', description: 'second' },
    ]);
    const { id } = await bench.makeJob({ identity: { by: 'columns', columns: ['title'] } });
    const { run, rows } = await runRows(id);
    expect(rows).toHaveLength(1);
    expect(run.counts).toMatchObject({ created: 1, duplicates: 1 });
    expect(run.warnings.at(-1)).toMatchObject({
      code: 'identity_columns_repeat',
      message: expect.stringMatching(/^1 of 2 items/),
    });
  });

  test('must name columns of the template', async () => {
    await expect(bench.makeJob({ identity: { by: 'columns', columns: ['nothing'] } })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'identity.columns.0' }],
    });
  });

  test('must be mapped', async () => {
    const unmapped = (path: string) => ({ code: 'identity_column_unmapped', errors: [{ path }] });
    const identity: Identity = { by: 'columns', columns: ['title', 'price'] };
    const mapping = [{ column: 'title', path: 'title' }];
    await expect(bench.makeJob({ identity, mapping })).rejects.toMatchObject(unmapped('identity.columns.1'));
    const { id } = await bench.makeJob({ mapping });
    await expect(change(id, { identity })).rejects.toMatchObject(unmapped('identity.columns.1'));
    await expect(bench.runNow(id, { dryRun: true, changes: { identity } })).rejects.toMatchObject(
      unmapped('identity.columns.1'),
    );
    const both = [...mapping, { column: 'price', path: 'price' }];
    await change(id, { identity, mapping: both });
    await expect(change(id, { mapping })).rejects.toMatchObject(unmapped('identity.columns.1'));
    expect(await change(id, { label: 'Renamed' })).toMatchObject({ identity, mapping: both });
  });

  test('of the template may stay unmapped', async () => {
    const { id: templateId } = await bench.makeTemplate({ identity: ['price'] });
    const mapping = [{ column: 'title', path: 'title' }];
    expect(await bench.makeJob({ templateId, mapping })).toMatchObject({ identity: { by: 'template' } });
  });
});

describe('ids that change from fetch to fetch', () => {
  const TITLES = ['One', 'Two', 'Three'];
  const churned = (session: number): Item[] =>
    TITLES.map((title) => ({
      guid: `${session}-${title}`,
      title,
      link: `https://e.example/${title}?s=${session}`,
    }));
  const withLink = async () => {
    const template = await bench.makeTemplate({
      columns: [
        { key: 'title', name: 'Title' },
        { key: 'link', name: 'Link' },
      ],
    });
    return bench.makeJob({
      templateId: template.id,
      mapping: [
        { column: 'title', path: 'title' },
        { column: 'link', path: 'link' },
      ],
    });
  };

  test('hold the run, since the content is the same apart from id and link', async () => {
    setItems(churned(1));
    const { id } = await withLink();
    expect((await runRows(id)).rows).toHaveLength(3);
    setItems(churned(2));
    const { run, rows } = await runRows(id);
    expect(rows).toEqual([]);
    expect(run).toMatchObject({
      outcome: 'held',
      held: { rule: 'churn', counts: { affected: 3, total: 3 } },
    });
  });

  test('do not if the job allows it, or if the items really are others', async () => {
    setItems(churned(1));
    const { id } = await withLink();
    await runRows(id);
    setItems(TITLES.map((title) => ({ guid: `new ${title}`, title: `New ${title}`, link: title })));
    expect((await runRows(id)).run.outcome).toBe('succeeded');
    await change(id, { guardRails: { ...(await bench.job(id)).guardRails, holdOnChurn: false } });
    setItems(churned(2));
    expect((await runRows(id)).run.outcome).toBe('succeeded');
    setItems(churned(3));
    expect((await runRows(id)).run.outcome).toBe('succeeded');
  });

  test('are repaired by another identity: receivers get the pairs of row keys', async () => {
    setItems(churned(1));
    const { id } = await withLink();
    const before = (await runRows(id)).rows;
    await change(id, { identity: { by: 'columns', columns: ['title'] } });
    setItems([...churned(1), { guid: 'x', title: 'Four' }]);
    const { run, rows } = await runRows(id);
    expect(run.counts).toMatchObject({ rekeyed: 3, created: 1, updated: 0, unchanged: 0, removed: 0 });
    expect(rows.slice(0, 3)).toMatchObject(
      before.map(({ rowKey }) => ({ change: 'rekeyed', previousRowKey: rowKey, values: null, version: 2 })),
    );
    expect(titlesOf(rows.slice(3))).toEqual(['created Four']);
    setItems([...churned(2), { guid: 'y', title: 'Four' }]);
    const next = await runRows(id);
    expect(next.run.counts).toMatchObject({ updated: 3, unchanged: 1, created: 0, rekeyed: 0 });
    expect(next.rows.map(({ rowKey }) => rowKey)).toEqual(rows.slice(0, 3).map(({ rowKey }) => rowKey));
  });

  test('bring the new values with the pair if the link has changed as well', async () => {
    setItems(churned(1));
    const { id } = await withLink();
    await runRows(id);
    setItems(churned(2));
    await change(id, { identity: { by: 'columns', columns: ['title'] } });
    const { run, rows } = await runRows(id);
    expect(run.counts).toMatchObject({ rekeyed: 3, updated: 3, created: 0 });
    expect(rows.map((row) => row.change)).toEqual(TITLES.flatMap(() => ['rekeyed', 'updated']));
  });
});

describe('a source that is not a feed', () => {
  interface Given {
    readonly body: (version: number) => string;
    readonly recordPath: string;
    readonly format: 'csv' | 'json' | 'xml';
  }
  const records = (version: number, record: (n: number) => object) =>
    [1, 2, 3].map((n) => ({
      title: `T${n}`,
      description: n === 2 ? `text ${version}` : 'text',
      ...record(n),
    }));
  const jsonOf = (record: (n: number) => object): Given => ({
    body: (version) => JSON.stringify(records(version, record)),
    recordPath: '/',
    format: 'json',
  });
  const CSV: Given = {
    body: (version) =>
      `row,title,description,Item Number\n1,T1,text,a-1\n2,T2,text ${version},a-2\n3,T3,text,a-3\n`,
    recordPath: '/',
    format: 'csv',
  };
  const SITEMAP: Given = {
    body: (version) =>
      `<urlset>${[1, 2, 3].map((n) => `<url><loc>https://e.example/${n}</loc><title>T${n}</title><description>${n === 2 ? version : 'x'}</description></url>`).join('')}</urlset>`,
    recordPath: '/urlset/url',
    format: 'xml',
  };
  const makeJobOf = ({ body, recordPath, format }: Given) => {
    bench.site.route('/feed.xml', { body: body(1) });
    return bench.makeJob({
      recordPath,
      parseOptions: { format },
      mapping: [
        { column: 'title', path: 'title' },
        { column: 'text', path: 'description' },
      ],
      changeDetection: { removed: true },
      guardRails: { maxRemovedPercent: 100 },
    });
  };

  test.each<[string, Given, string, object]>([
    ['CSV rows by a heading', CSV, 'id', { id: 'Item Number', link: null }],
    ['JSON records by their id', jsonOf((n) => ({ id: n })), 'id', { id: 'id', link: null }],
    [
      'JSON records by their sku if ids repeat',
      jsonOf((n) => ({ code: n === 3 ? 2 : n, sku: `s${n}` })),
      'id',
      { id: 'sku', link: null },
    ],
    ['sitemaps by their address', SITEMAP, 'link', { id: null, link: 'loc' }],
  ])('identifies %s, so that a changed item is updated', async (_, given, identityBasis, identityPaths) => {
    const { id } = await makeJobOf(given);
    const first = await runRows(id);
    expect(first.run.counts).toMatchObject({ created: 3 });
    expect(first.run.warnings).toEqual([]);
    expect(await bench.job(id)).toMatchObject({ identityBasis, identityPaths });
    bench.site.route('/feed.xml', { body: given.body(2) });
    const { run, rows } = await runRows(id);
    expect(run.counts).toMatchObject({ updated: 1, unchanged: 2, created: 0, removed: 0 });
    expect(rows.map(({ rowKey }) => rowKey)).toEqual([first.rows[1]?.rowKey]);
    expect(await bench.job(id)).toMatchObject({ identityBasis, identityPaths });
  });

  test('takes another path if the whole file shows that the first one repeats', async () => {
    const body = JSON.stringify(
      Array.from({ length: 3000 }, (_, n) => ({
        title: `T${n}`,
        description: 'x'.repeat(1000),
        id: n < 2000 ? n : 1,
        sku: `s${n}`,
      })),
    );
    bench.site.route('/feed.xml', { body });
    const { id } = await bench.makeJob({ recordPath: '/', parseOptions: { format: 'json' } });
    const { run } = await runRows(id);
    expect(run.counts).toMatchObject({ created: 3000, duplicates: 0 });
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'id', identityPaths: { id: 'sku' } });
  });

  test('is identified by its content if nothing is unique, and says so until somebody chooses', async () => {
    const given = jsonOf(() => ({ id: 1, no: 2 }));
    const { id } = await makeJobOf(given);
    const warning = {
      code: 'identity_by_content',
      message: expect.stringMatching(/^No id or link tells the items apart\. .*Choose columns/),
    };
    expect((await runRows(id)).run.warnings).toMatchObject([warning]);
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'content', identityPaths: null });
    bench.site.route('/feed.xml', { body: given.body(2) });
    const { run } = await runRows(id);
    expect(run.counts).toMatchObject({ created: 1, removed: 1, unchanged: 2 });
    expect(run.warnings).toMatchObject([warning]);
    await change(id, { identity: { by: 'content' } });
    bench.site.route('/feed.xml', { body: given.body(3) });
    expect((await runRows(id)).run.warnings).toEqual([]);
  });

  test('decides with the first run that has a row', async () => {
    const given = jsonOf((n) => ({ id: n }));
    const { id } = await makeJobOf({ ...given, body: () => '[]' });
    await change(id, { guardRails: { ...(await bench.job(id)).guardRails, holdWhenEmpty: false } });
    await runRows(id);
    expect(await bench.job(id)).toMatchObject({ identityBasis: null, identityPaths: null });
    bench.site.route('/feed.xml', { body: given.body(1) });
    await runRows(id);
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'id', identityPaths: { id: 'id' } });
  });

  test('is held if its ids change and its content does not', async () => {
    const { id } = await makeJobOf(jsonOf((n) => ({ id: `1-${n}` })));
    await runRows(id);
    bench.site.route('/feed.xml', { body: jsonOf((n) => ({ id: `2-${n}` })).body(1) });
    expect((await runRows(id)).run.held).toMatchObject({
      rule: 'churn',
      repair: { identifyBy: { by: 'columns', columns: ['title'] } },
    });
  });

  test('that was identified by its content before paths were stored keeps its row keys', async () => {
    const given = jsonOf((n) => ({ id: n }));
    const { id } = await makeJobOf(given);
    await change(id, { identity: { by: 'content' } });
    const before = (await runRows(id)).rows;
    const stored = await bench.storedJob(id);
    const ref = { projectId: stored.projectId, jobId: id };
    await change(id, { identity: { by: 'template' } });
    await bench.context.store.jobs.setActiveRun(ref, { runId: 'run_old', tick: null });
    const seen = (await bench.context.store.jobs.get(ref))!;
    const rowIdentity = { by: '[]', basis: 'id', paths: null } as const;
    const fetchState = { ...seen.fetchState, rowIdentity, configHash: null };
    const end = { lastRun: seen.lastRun!, failuresInARow: 0, fetchState };
    await bench.context.store.jobs.endActiveRun(ref, { runId: 'run_old', seen, end });
    bench.site.route('/feed.xml', { body: given.body(2) });
    const { run, rows } = await runRows(id);
    expect(run.counts).toMatchObject({ created: 1, unchanged: 2, removed: 1, rekeyed: 0 });
    expect(rows.find(({ change }) => change === 'removed')?.rowKey).toBe(before[1]?.rowKey);
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'content', identityPaths: null });
  });
});

describe('columns left out of change detection', () => {
  test('do not make a row a changed one, and are delivered with it', async () => {
    const item = (title: string, text: string) => [{ guid: '1', title, description: text }];
    setItems(item('One', 'signed 1'));
    const { id } = await bench.makeJob({ changeDetection: { ignoreColumns: ['text'] } });
    await runRows(id);
    setItems(item('One', 'signed 2'));
    expect((await runRows(id)).run.counts).toMatchObject({ unchanged: 1, updated: 0 });
    setItems(item('Two', 'signed 3'));
    expect((await runRows(id)).rows).toMatchObject([{ change: 'updated', values: { text: 'signed 3' } }]);
  });

  test('do not identify a row by its content', async () => {
    setItems([{ title: 'One', description: 'signed 1' }]);
    const job = await bench.makeJob({
      identity: { by: 'content' },
      changeDetection: { ignoreColumns: ['text'] },
    });
    await runRows(job.id);
    setItems([{ title: 'One', description: 'signed 2' }]);
    expect((await runRows(job.id)).run.counts).toMatchObject({ unchanged: 1, created: 0 });
  });
  test.each<[string, readonly string[], readonly string[]]>([
    ['added', [], ['text']],
    ['removed', ['text'], []],
    ['replaced', ['text'], ['title']],
  ])('send only the rows that have changed when one is %s', async (_, before, after) => {
    const ignore = (ignoreColumns: readonly string[]): Pick<JobPatch, 'changeDetection'> => ({
      changeDetection: {
        send: 'new_and_changed',
        removed: false,
        ignoreColumns: [...ignoreColumns],
      },
    });
    const items = ['One', 'Two', 'Three'].map((title, n) => ({
      guid: `${n}`,
      title,
      description: `Text ${n}`,
    }));
    const changed = (text: string) =>
      items.map((item, n) => (n === 1 ? { ...item, title: text, description: text } : item));
    setItems(items);
    const { id } = await bench.makeJob(ignore(before));
    await runRows(id);
    await change(id, ignore(after));
    setItems(changed('New'));
    const { run, rows } = await runRows(id);
    expect(titlesOf(rows)).toEqual(['updated New']);
    expect(run.counts).toMatchObject({ updated: 1, unchanged: 2, created: 0 });
    setItems(changed('Newer'));
    expect((await runRows(id)).run.counts).toMatchObject({ updated: 1, unchanged: 2, created: 0 });
  });

  test('give items that their content identifies new row keys when they change', async () => {
    setItems(SAME_LINK);
    const { id } = await bench.makeJob();
    const before = (await runRows(id)).rows;
    expect(await bench.job(id)).toMatchObject({ identityBasis: 'content' });
    await change(id, {
      changeDetection: { send: 'new_and_changed', removed: true, ignoreColumns: ['text'] },
    });
    const { run, rows } = await runRows(id);
    expect(run.counts).toMatchObject({ rekeyed: 3, created: 0, updated: 0, removed: 0 });
    expect(rows.map((row) => row.previousRowKey)).toEqual(before.map(({ rowKey }) => rowKey));
    expect((await runRows(id)).rows).toEqual([]);
  });
});
