import {
  type OutlineProgress,
  outlineRequestSchema,
  previewRequestSchema,
  type Source,
} from '@inlet/contracts';
import { rssFeed } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Caller, outlineFromSource, previewSource, suggestMappingFor } from '../src/index.js';
import { openBytes } from '../src/sources/open-source.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

const ITEMS = [
  { guid: '1', title: 'Apple', description: 'Red', price: '1.5' },
  { guid: '2', title: 'Beet', description: 'Dark', price: 'free' },
  { guid: '3', title: 'Corn', description: 'Yellow', price: '3' },
];
const MAPPING = [
  { column: 'title', path: 'title' },
  { column: 'price', path: 'price' },
];
const BY_CONTENT = {
  code: 'identity_by_content',
  message: expect.stringMatching(/^No id or link tells the items apart/),
};
const SECRETS = { headers: { 'x-key': 'k' }, basicAuth: { username: 'reader', password: 'pw' } };

let bench: EngineBench;
let templateId: string;
let user: Caller;

beforeAll(async () => {
  bench = await startEngineBench();
  templateId = (await bench.makeTemplate()).id;
  user = userOf({ ...bench.caller, templateId });
});
afterAll(() => bench.close());
beforeEach(() => bench.setFeed(ITEMS));

const feed = (path = '/feed.xml'): Source => ({ kind: 'url', url: bench.site.url(path) });
const outline = (changes: object = {}, caller: Caller = user) => {
  const { jobId, ...request } = { source: feed(), ...changes } as { source: Source; jobId?: string };
  return outlineFromSource(bench.context, caller, {
    request: { ...outlineRequestSchema.parse(request), jobId },
  });
};
const preview = (changes: object = {}, caller: Caller = user) => {
  const defaults = { source: feed(), templateId, recordPath: '/rss/channel/item', mapping: MAPPING };
  const { jobId, ...request } = { ...defaults, ...changes } as typeof defaults & { jobId?: string };
  return previewSource(bench.context, caller, { request: { ...previewRequestSchema.parse(request), jobId } });
};
const lastHeaders = () => bench.site.requests.at(-1)?.headers;

describe('the outline of a source', () => {
  it('has the format, the records and the address after redirects', async () => {
    bench.site.route('/old.xml', { redirectTo: bench.site.url('/feed.xml') });
    expect(await outline({ source: feed('/old.xml') })).toMatchObject({
      finalUrl: bench.site.url('/feed.xml'),
      feed: { title: 'Test', itemCount: 3 },
      outline: { format: 'rss', recordPath: '/rss/channel/item', recordCount: 3, isComplete: true },
    });
  });

  it('warns of ids that repeat', async () => {
    expect((await outline({ source: feed() })).outline.warnings).toEqual([]);
    bench.setFeed([...ITEMS, { ...ITEMS[0], title: 'Again' }]);
    expect((await outline({ source: feed() })).outline.warnings).toEqual([
      {
        code: 'identity_repeats',
        variant: 'open',
        parameters: { n: 1, items: 4 },
        message: expect.stringMatching(/^1 of 4 items have the same id/),
      },
      BY_CONTENT,
    ]);
  });

  it('warns of records that neither an id nor a link tells apart', async () => {
    const warningsOf = async (text: string) => {
      bench.site.route('/rows.csv', { body: text });
      return (await outline({ source: feed('/rows.csv') })).outline.warnings;
    };
    expect(await warningsOf('sku,title\n1,A\n2,A\n3,B\n')).toEqual([]);
    expect(await warningsOf('row,title\n1,A\n2,A\n3,B\n')).toEqual([BY_CONTENT]);
  });

  it('reports its progress, with numbers that only grow', async () => {
    const progress: OutlineProgress[] = [];
    const request = { source: feed() };
    await outlineFromSource(bench.context, user, {
      request,
      onProgress: (step) => progress.push({ ...step }),
    });
    expect(progress.length).toBeGreaterThan(0);
    expect(progress[0]?.bytes).toBeGreaterThan(0);
    expect(progress.map(({ bytes }) => bytes)).toEqual(
      progress.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
    );
  });

  it('reads no more of a large file than it is allowed to', async () => {
    const large = { ...bench.context, settings: { ...bench.context.settings, outlineMaxBytes: 2000 } };
    bench.site.route('/large.xml', { body: rssFeed(Array.from({ length: 500 }, () => ITEMS[0]!)) });
    const request = { source: feed('/large.xml') };
    const { outline: found } = await outlineFromSource(large, user, { request });
    expect(found.isComplete).toBe(false);
    expect(found.recordCount).toBeLessThan(100);
  });

  it('stops with its request', async () => {
    const signal = AbortSignal.abort(new Error('the client left'));
    const stopped = outlineFromSource(bench.context, user, { request: { source: feed() }, signal });
    await expect(stopped).rejects.toThrow('the client left');
  });

  it.each([
    ['the file is missing', { status: 404 }, 'source_not_found'],
    ['the site is down', { status: 503 }, 'source_server_error'],
    ['the file is empty', { body: '' }, 'source_empty'],
  ])('is an error if %s', async (_, route, code) => {
    bench.site.route('/broken.xml', route);
    await expect(outline({ source: feed('/broken.xml') })).rejects.toMatchObject(errorWith(code));
  });
});

describe('the stored credentials of a job', () => {
  const sent = { 'x-key': 'k', authorization: `Basic ${Buffer.from('reader:pw').toString('base64')}` };
  const makeJob = () => bench.makeJob({ templateId, source: { ...feed(), ...SECRETS } });

  it('are sent when its source is read again, though the caller does not know them', async () => {
    const { id: jobId } = await makeJob();
    bench.site.route('/other.xml', { body: rssFeed(ITEMS) });
    await outline({ source: feed('/other.xml'), jobId });
    expect(lastHeaders()).toMatchObject(sent);
    await preview({ jobId });
    expect(lastHeaders()).toMatchObject(sent);
  });

  it('are not sent without the job', async () => {
    await makeJob();
    await outline();
    expect(lastHeaders()).not.toHaveProperty('x-key');
    expect(lastHeaders()).not.toHaveProperty('authorization');
  });

  it('are not sent to another server, and not for the job of somebody else', async () => {
    const elsewhere = { kind: 'url', url: 'https://elsewhere.example/feed.xml', ...SECRETS };
    const { id: jobId } = await bench.makeJob({ templateId, source: elsewhere });
    await outline({ jobId });
    expect(lastHeaders()).not.toHaveProperty('x-key');
    const other = userOf({ ...bench.caller, templateId, externalUserId: 'eve' });
    for (const use of [outline, preview])
      await expect(use({ jobId }, other)).rejects.toMatchObject(errorWith('job_not_found'));
  });
});

const NOPE = { conditions: [{ column: 'nope', op: 'empty' }] };
const CHEAP = { conditions: [{ column: 'price', op: 'greater', value: 'cheap' }] };

describe('a preview', () => {
  it('has the first rows as a run delivers them, with their issues and the counts of these rows', async () => {
    const seen = await preview();
    expect(seen.counts).toEqual({ rows: 3, valid: 2, invalid: 1 });
    expect(seen.rows[1]).toMatchObject({ record: 2, isValid: false, issues: [{ columnKey: 'price' }] });
    const job = await bench.makeJob({ templateId, mapping: MAPPING });
    await bench.runNow(job.id);
    const valid = seen.rows.filter(({ isValid }) => isValid);
    expect(bench.rows().map(({ rowKey, values }) => ({ rowKey, values }))).toEqual(
      valid.map(({ rowKey, values }) => ({ rowKey, values })),
    );
  });

  it.each([1, 2, 3, 50])('has no more rows than asked for: %d', async (limit) => {
    expect((await preview({ limit })).rows.map(({ record }) => record)).toEqual([1, 2, 3].slice(0, limit));
  });

  it('warns of ids that repeat, and of columns that identify too few items', async () => {
    bench.setFeed([...ITEMS, { ...ITEMS[0], title: 'Again' }, { ...ITEMS[0], guid: 'new', price: '7' }]);
    const byFeed = await preview({ identity: { by: 'feed' } });
    expect(byFeed.warnings).toMatchObject([
      { code: 'identity_repeats', message: expect.stringMatching(/^1 of 4 items have the same identity/) },
      BY_CONTENT,
    ]);
    const byTitle = await preview({ identity: { by: 'columns', columns: ['title'] } });
    expect(byTitle.warnings).toMatchObject([
      {
        code: 'identity_columns_repeat',
        message: expect.stringMatching(/^1 of 4 items have the same values/),
      },
    ]);
    expect(byTitle.sample.identity).toMatchObject({
      basis: 'columns',
      items: 4,
      unique: 3,
      uniquePercent: 75,
    });
  });

  it('checks the identity that a first run would find by the names of headings', async () => {
    const request = { source: feed('/rows.csv'), recordPath: '/', mapping: MAPPING };
    bench.site.route('/rows.csv', { body: 'row,sku,title,price\n1,a,T,1\n2,b,T,2\n3,c,U,3\n' });
    const bySku = await preview(request);
    expect(bySku.warnings).toEqual([]);
    expect(bySku.sample.identity).toEqual({
      basis: 'id',
      paths: { id: 'sku', link: null },
      items: 3,
      unique: 3,
      uniquePercent: 100,
      proposal: null,
    });
    bench.site.route('/rows.csv', { body: 'row,title,price\n1,T,1\n2,U,1\n3,V,2\n' });
    const byContent = await preview(request);
    expect(byContent.warnings).toEqual([BY_CONTENT]);
    expect(byContent.sample.identity).toMatchObject({
      basis: 'content',
      paths: null,
      proposal: { by: 'columns', columns: ['title'] },
    });
    const chosen = await preview({ ...request, identity: { by: 'content' } });
    expect(chosen.warnings).toEqual([]);
    expect(chosen.sample.identity).toMatchObject({ basis: 'content', proposal: null });
  });

  it.each<[string, object, string, string]>([
    ['a filter of an unknown column', { filter: NOPE }, 'invalid_request', 'filter.conditions.0.column'],
    ['a limit that is no number', { filter: CHEAP }, 'invalid_request', 'filter.conditions.0.value'],
    [
      'an identity of an unknown column',
      { identity: { by: 'columns', columns: ['nope'] } },
      'invalid_request',
      'identity.columns.0',
    ],
    [
      'an identity of a column that is not mapped',
      { identity: { by: 'columns', columns: ['title', 'price'] }, mapping: MAPPING.slice(0, 1) },
      'identity_column_unmapped',
      'identity.columns.1',
    ],
  ])('refuses %s as a job does, before it fetches', async (_, wrong, code, path) => {
    const before = bench.site.requests.length;
    await expect(preview(wrong)).rejects.toMatchObject({ code, errors: [{ path }] });
    expect(bench.site.requests.length).toBe(before);
  });

  it('warns of a mapped path that is empty in all of these rows', async () => {
    bench.setFeed(ITEMS.map(({ guid, title }) => ({ guid, title, price: '' })));
    expect((await preview()).warnings).toMatchObject([
      { code: 'mapping_path_empty', message: 'No record has a value at "price".' },
    ]);
  });

  it('refuses a path that is nowhere in a file that was read whole', async () => {
    const mapping = [{ column: 'title', path: 'titel' }];
    await expect(preview({ mapping })).rejects.toMatchObject(errorWith('mapping_path_unknown'));
  });

  it('does not refuse a path that may come later in a file that is larger than the outline', async () => {
    const small = { ...bench.context.settings, outlineMaxBytes: 2000 };
    const late = [
      ...Array.from({ length: 300 }, () => ({ guid: 'x', title: 'T' })),
      { guid: 'y', title: 'L', price: '1' },
    ];
    bench.setFeed(late);
    const request = previewRequestSchema.parse({
      source: feed(),
      templateId,
      recordPath: '/rss/channel/item',
      mapping: MAPPING,
    });
    const seen = await previewSource({ ...bench.context, settings: small }, user, { request });
    expect(seen.rows).toHaveLength(10);
  });

  it('has the columns of the session', async () => {
    const { columns } = await bench.makeTemplate({ columns: [{ key: 'own', name: 'Own' }] });
    const caller = userOf({ ...bench.caller, templateId, columns });
    const { rows } = await preview({ mapping: [{ column: 'own', path: 'title' }] }, caller);
    expect(rows.map(({ values }) => values)).toEqual([{ own: 'Apple' }, { own: 'Beet' }, { own: 'Corn' }]);
  });

  it('refuses a mapping that does not fit before it fetches anything', async () => {
    const before = bench.site.requests.length;
    const mapping = [{ column: 'nope', path: 'title' }];
    await expect(preview({ mapping })).rejects.toMatchObject(errorWith('mapping_column_unknown'));
    expect(bench.site.requests).toHaveLength(before);
  });

  it('is for a template that exists', async () => {
    const unknown = preview({ templateId: 'tpl_unknown' }, bench.caller);
    await expect(unknown).rejects.toMatchObject(errorWith('template_not_found'));
  });
});

describe('a suggested mapping', () => {
  const suggest = (request: object, caller: Caller = user) =>
    suggestMappingFor(bench.context, caller, { request });

  it('is the same from a source and from its outline, which needs no fetch', async () => {
    const fromSource = await suggest({ source: feed() });
    expect(fromSource.mapping).toMatchObject([
      { column: 'title', path: 'title' },
      { column: 'text', path: 'description' },
      { column: 'price', path: 'price' },
    ]);
    const { outline: found } = await outline();
    const before = bench.site.requests.length;
    expect(await suggest({ outline: found })).toEqual(fromSource);
    expect(bench.site.requests).toHaveLength(before);
  });

  it('names required columns without a default that nothing fits', async () => {
    const { id } = await bench.makeTemplate({
      columns: [
        { key: 'title', name: 'Title', required: true },
        { key: 'warehouse', name: 'Warehouse', required: true },
        { key: 'country', name: 'Country', required: true, default: 'DE' },
        { key: 'colour', name: 'Colour' },
      ],
    });
    expect(await suggest({ source: feed() }, userOf({ ...bench.caller, templateId: id }))).toMatchObject({
      mapping: [{ column: 'title' }],
      missing: ['warehouse'],
    });
  });

  it('needs a source or an outline', async () => {
    await expect(suggest({})).rejects.toMatchObject(errorWith('invalid_request'));
  });
});

describe('a source that is opened for all of its bytes', () => {
  it('is requested without conditions, so that it cannot be unchanged', async () => {
    bench.site.route('/tagged.xml', { body: rssFeed(ITEMS), etag: '"1"' });
    const limits = { maxBytes: 10_000, deadlineMs: 10_000 };
    for (let time = 1; time <= 2; time += 1) {
      const opened = await openBytes(bench.context, feed('/tagged.xml'), { limits });
      expect(opened.kind).toBe('bytes');
      opened.close();
      expect(lastHeaders()).not.toHaveProperty('if-none-match');
    }
  });
});
