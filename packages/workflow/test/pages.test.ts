import { type Pagination, previewRequestSchema } from '@inlet/contracts';
import { type FeedRoute, rssFeed } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outlineFromSource, previewSource } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;
let folders = 0;
let folder = '';

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  folders += 1;
  folder = `/s${folders}`;
});

const JSON_ROWS = { recordPath: '/items', mapping: [{ column: 'title', path: 'title' }] };
const DECLARED: Pagination = { kind: 'declared', maxPages: 20 };

const titled = (titles: readonly string[]) => titles.map((title) => ({ id: title, title }));
const page = (path: string, route: FeedRoute) => bench.site.route(`${folder}${path}`, route);
const jsonPage = (path: string, titles: readonly string[], more: object = {}) =>
  page(path, { body: JSON.stringify({ ...more, items: titled(titles) }) });
const rssPage = (path: string, titles: readonly string[], next?: string) => {
  const link = next === undefined ? '' : `<atom:link rel="next" href="${next}"/>`;
  const feed = rssFeed(titles.map((title) => ({ guid: title, title })));
  return page(path, {
    body: feed.replace('<channel>', `<channel xmlns:atom="http://www.w3.org/2005/Atom">${link}`),
  });
};
const makeJob = (pagination: Pagination | undefined, changes: object = {}) =>
  bench.makeJob({ source: { kind: 'url', url: bench.site.url(`${folder}/1`), pagination }, ...changes });
const titles = () => bench.rows().map(({ change, values }) => values?.title ?? change);
const asked = () =>
  bench.site.requests
    .filter(({ path }) => path.startsWith(`${folder}/`))
    .map(({ path }) => path.slice(folder.length));

describe('the pages of a source', () => {
  it.each<[string, () => Promise<{ id: string }>]>([
    [
      'RSS with rel="next"',
      () => {
        rssPage('/1', ['a', 'b'], `${folder}/2?x=1&amp;y=2`);
        rssPage('/2?x=1&y=2', ['c'], '3');
        rssPage('/3', ['d']);
        return makeJob(undefined);
      },
    ],
    [
      'JSON Feed with next_url',
      () => {
        const version = 'https://jsonfeed.org/version/1.1';
        jsonPage('/1', ['a', 'b'], { version, next_url: `${folder}/2` });
        jsonPage('/2', ['c'], { version, next_url: `${folder}/3` });
        jsonPage('/3', ['d'], { version });
        return makeJob(undefined, JSON_ROWS);
      },
    ],
    [
      'the Link header',
      () => {
        const body = (names: readonly string[]) => JSON.stringify({ items: titled(names) });
        page('/1', { body: body(['a', 'b']), headers: { link: '<2>; rel="next", <9>; rel="last"' } });
        page('/2', { body: body(['c', 'd']), headers: { link: '<1>; rel="prev"' } });
        return makeJob(undefined, JSON_ROWS);
      },
    ],
    [
      'a path in JSON',
      () => {
        jsonPage('/1', ['a', 'b'], { paging: { next: `${folder}/2` } });
        jsonPage('/2', ['c', 'd'], { paging: { next: null } });
        return makeJob({ kind: 'path', path: '/paging/next', maxPages: 20 }, JSON_ROWS);
      },
    ],
    [
      'a cursor',
      () => {
        jsonPage('/1', ['a', 'b'], { after: 'c 1' });
        jsonPage('/1?after=c+1', ['c', 'd'], { after: '' });
        return makeJob({ kind: 'cursor', path: '/after', parameter: 'after', maxPages: 20 }, JSON_ROWS);
      },
    ],
    [
      'page numbers, up to a status 404',
      () => {
        jsonPage('/1', ['a', 'b']);
        jsonPage('/1?page=2', ['c', 'd']);
        return makeJob({ kind: 'page', parameter: 'page', first: 1, maxPages: 20 }, JSON_ROWS);
      },
    ],
    [
      'offsets, up to an empty page',
      () => {
        jsonPage('/1', ['a', 'b']);
        jsonPage('/1?skip=2', ['c', 'd']);
        jsonPage('/1?skip=4', []);
        return makeJob({ kind: 'offset', parameter: 'skip', first: 0, maxPages: 20 }, JSON_ROWS);
      },
    ],
    [
      'a cursor in the body of a GraphQL request',
      () => {
        const answers = new Map([
          [null, { names: ['a', 'b'], endCursor: 'c1' }],
          ['c1', { names: ['c', 'd'], endCursor: null }],
        ]);
        bench.site.route(`${folder}/1`, async (request, response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of request) chunks.push(chunk);
          const { variables } = JSON.parse(Buffer.concat(chunks).toString());
          const { names = [], endCursor = null } = answers.get(variables.after) ?? {};
          response.end(JSON.stringify({ data: { items: titled(names), pageInfo: { endCursor } } }));
        });
        const source = {
          kind: 'url',
          url: bench.site.url(`${folder}/1`),
          request: { method: 'POST', body: { query: '{ items }', variables: { after: null } } },
          pagination: {
            kind: 'cursor',
            path: '/data/pageInfo/endCursor',
            parameter: '/variables/after',
            maxPages: 20,
          },
        };
        return bench.makeJob({ ...JSON_ROWS, recordPath: '/data/items', source });
      },
    ],
  ])('are one source: %s', async (_, prepare) => {
    const { id } = await prepare();
    const run = await bench.runNow(id);
    expect(run).toMatchObject({ outcome: 'succeeded', counts: { records: 4, created: 4, duplicates: 0 } });
    expect(run.warnings.map(({ code }) => code)).not.toContain('pages_left');
    expect(titles()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('number their records on, and their values are unique together', async () => {
    rssPage('/1', ['a', 'b'], '2');
    rssPage('/2', ['a', 'c', 'd']);
    const columns = [{ key: 'title', name: 'Title', unique: true }];
    const { id: templateId } = await bench.makeTemplate({ columns });
    const { id } = await makeJob(undefined, { templateId, mapping: [{ column: 'title', path: 'title' }] });
    const run = await bench.runNow(id);
    expect(run.counts).toMatchObject({ records: 5, created: 4 });
    const rows = bench.rows() as unknown as readonly { record: number }[];
    expect(rows.map(({ record }) => record)).toEqual([1, 2, 4, 5]);
    expect(await bench.issues(run.id)).toMatchObject([{ record: 3 }]);
  });

  it('are one run: if a page fails, nothing is sent', async () => {
    rssPage('/1', ['a'], '2');
    page('/2', { status: 500 });
    const { id } = await makeJob(undefined);
    expect(await bench.runNow(id)).toMatchObject({
      outcome: 'failed',
      error: { code: 'source_server_error' },
    });
    expect(titles().filter((title) => title === 'a')).toEqual([]);
  });
});

describe('pages that are not read', () => {
  const warningsOf = async (id: string) => (await bench.runNow(id)).warnings;
  const LEFT = { code: 'pages_left' };

  it('are named by a source that was stored before there were pages', async () => {
    rssPage('/1', ['a'], '2');
    const { id } = await makeJob(undefined);
    await bench.changeJob(id, { source: { kind: 'url', url: bench.site.url(`${folder}/1`) } });
    expect(await warningsOf(id)).toContainEqual(
      expect.objectContaining({
        ...LEFT,
        message: 'The source has more pages, but only the first one is read.',
      }),
    );
    expect([titles(), asked()]).toEqual([['a'], ['/1']]);
  });

  it.each<[string, () => void, object]>([
    ['RSS', () => rssPage('/1', ['a'], '2'), { recordPath: '/rss/channel/item', mapping: JSON_ROWS.mapping }],
    [
      'JSON',
      () => page('/1', { body: '{"items":[{"title":"a"}]}', headers: { link: '<2>; rel=next' } }),
      JSON_ROWS,
    ],
  ])('are named by outline and preview, unless a run follows them: %s', async (_, prepare, options) => {
    prepare();
    const { templateId } = await makeJob(DECLARED);
    const warnings = async (pagination: Pagination | undefined) => {
      const source = { kind: 'url', url: bench.site.url(`${folder}/1`), pagination } as const;
      const outlined = await outlineFromSource(bench.context, bench.caller, { request: { source } });
      const request = previewRequestSchema.parse({ source, templateId, ...options });
      const previewed = await previewSource(bench.context, bench.caller, { request });
      return [...outlined.outline.warnings, ...previewed.warnings].filter(({ code }) => code === LEFT.code);
    };
    expect(await warnings({ kind: 'none' })).toMatchObject([LEFT, LEFT]);
    expect(await warnings(undefined)).toEqual([]);
  });

  it.each<[string, object, Pagination | undefined]>([
    [
      'an address',
      { paging: { next: '/more?page=2' } },
      { kind: 'path', path: '/paging/next', maxPages: 20 },
    ],
    [
      'a cursor',
      { meta: { next_cursor: 'abc' } },
      { kind: 'cursor', path: '/meta/next_cursor', parameter: 'cursor', maxPages: 20 },
    ],
    ['that there are more', { has_more: true }, undefined],
  ])('are named by JSON in its own way, as %s', async (_, more, proposed) => {
    jsonPage('/1', ['a', 'b'], more);
    const { id, templateId } = await makeJob(undefined, {
      ...JSON_ROWS,
      changeDetection: { removed: true },
    });
    const source = { kind: 'url', url: bench.site.url(`${folder}/1`), pagination: DECLARED } as const;
    const outlined = await outlineFromSource(bench.context, bench.caller, { request: { source } });
    const request = previewRequestSchema.parse({ source, templateId, ...JSON_ROWS });
    const previewed = await previewSource(bench.context, bench.caller, { request });
    const said = expect.objectContaining({
      ...LEFT,
      message: expect.stringMatching(/leads to the next one, and it is not read/),
    });
    expect(outlined.outline.warnings).toContainEqual(said);
    expect(outlined.proposedPagination).toEqual(proposed);
    expect(previewed.warnings).toContainEqual(said);
    expect(await warningsOf(id)).toContainEqual(said);
    jsonPage('/1', ['b'], more);
    expect(await bench.runNow(id)).toMatchObject({ outcome: 'unchanged', counts: { removed: 0 } });
    expect((await bench.job(id)).knownItems).toBe(2);
  });

  const NUMBERED: Pagination = { kind: 'page', parameter: 'page', first: 1, maxPages: 20 };

  it.each<[string, Pagination, () => void]>([
    ['a declared one, with status 404', DECLARED, () => rssPage('/1', ['a', 'b'], '2')],
    [
      'a declared one, with status 410',
      DECLARED,
      () => {
        rssPage('/1', ['a', 'b'], '2');
        page('/2', { status: 410 });
      },
    ],
    [
      'one between numbered pages',
      NUMBERED,
      () => {
        rssPage('/1', ['a', 'b']);
        rssPage('/1?page=3', ['c']);
      },
    ],
  ])('are those after a missing one: %s', async (_, pagination, prepare) => {
    prepare();
    const { id } = await makeJob(pagination);
    expect(await warningsOf(id)).toContainEqual(
      expect.objectContaining({ ...LEFT, message: expect.stringMatching(/is missing/) }),
    );
    expect(titles()).toEqual(['a', 'b']);
  });

  it('are not those after a short numbered page', async () => {
    rssPage('/1', ['a', 'b']);
    rssPage('/1?page=2', ['c']);
    const { id } = await makeJob(NUMBERED);
    expect((await warningsOf(id)).map(({ code }) => code)).not.toContain(LEFT.code);
    expect(asked()).toEqual(['/1', '/1?page=2', '/1?page=3']);
  });

  it('are those beyond the limit', async () => {
    for (const number of [1, 2, 3]) rssPage(`/${number}`, [`n${number}`], `${number + 1}`);
    const { id } = await makeJob({ kind: 'declared', maxPages: 2 });
    expect(await warningsOf(id)).toContainEqual(
      expect.objectContaining({
        ...LEFT,
        message: 'The source has more than 2 pages, and no more are read.',
      }),
    );
    expect([titles(), asked()]).toEqual([
      ['n1', 'n2'],
      ['/1', '/2'],
    ]);
  });

  it('are those that lead back', async () => {
    rssPage('/1', ['a'], '2');
    rssPage('/2', ['b'], '1');
    const { id } = await makeJob(DECLARED);
    expect(await warningsOf(id)).toContainEqual(
      expect.objectContaining({ ...LEFT, message: expect.stringMatching(/lead back/) }),
    );
    expect([titles(), asked()]).toEqual([
      ['a', 'b'],
      ['/1', '/2'],
    ]);
  });

  it('are those of a server that ignores the number', async () => {
    bench.site.route(`${folder}/1`, { body: JSON.stringify({ items: titled(['a']) }) });
    for (const number of [2, 3]) jsonPage(`/1?page=${number}`, ['a'], { now: number });
    const pagination = { kind: 'page', parameter: 'page', first: 1, maxPages: 20 } as const;
    const { id } = await makeJob(pagination, JSON_ROWS);
    expect(await warningsOf(id)).toContainEqual(
      expect.objectContaining({ ...LEFT, message: expect.stringMatching(/lead back/) }),
    );
    expect([titles(), asked()]).toEqual([['a'], ['/1', '/1?page=2']]);
  });

  it('are those of a server that ignores the number, once and without an issue for each record', async () => {
    const items = [...titled(['a', 'b', 'c']), { id: 'd', title: '' }];
    bench.site.route(`${folder}/1`, { body: JSON.stringify({ items }) });
    for (const number of [2, 3])
      bench.site.route(`${folder}/1?page=${number}`, { body: JSON.stringify({ items, now: number }) });
    const pagination = { kind: 'page', parameter: 'page', first: 1, maxPages: 20 } as const;
    const columns = [
      { key: 'title', name: 'Title', required: true, unique: true },
      { key: 'letter', name: 'Letter' },
    ];
    const { id: templateId } = await bench.makeTemplate({ columns });
    const mapping = [...JSON_ROWS.mapping, { column: 'letter', path: 'id' }];
    const { id } = await makeJob(pagination, { ...JSON_ROWS, mapping, templateId });
    const run = await bench.runNow(id);
    expect(run.counts).toMatchObject({ records: 4, created: 3, invalid: 1, duplicates: 0, issues: 1 });
    expect(run.warnings.map(({ code }) => code)).toEqual(['pages_left']);
    expect(asked()).toEqual(['/1', '/1?page=2']);
  });

  it('are those on another server, if the source has secrets', async () => {
    rssPage('/1', ['a'], 'http://elsewhere.example/2');
    const url = bench.site.url(`${folder}/1`);
    const { id } = await bench.makeJob({ source: { kind: 'url', url, headers: { 'x-key': 'k' } } });
    expect(await warningsOf(id)).toContainEqual(
      expect.objectContaining({
        ...LEFT,
        message: expect.stringMatching(/no credentials/),
      }),
    );
  });
});

describe('later runs', () => {
  const pagesOf = (names: readonly string[]) => {
    for (let at = 0; at < names.length; at += 2) {
      const number = at / 2 + 1;
      rssPage(`/${number}`, names.slice(at, at + 2), at + 2 < names.length ? `${number + 1}` : undefined);
    }
  };

  it('stop at the first page without anything new', async () => {
    pagesOf(['f', 'e', 'd', 'c', 'b', 'a']);
    const { id } = await makeJob(DECLARED);
    await bench.runNow(id);
    expect(asked()).toEqual(['/1', '/2', '/3']);
    pagesOf(['g', 'f', 'e', 'd', 'c', 'b', 'a']);
    bench.receiver.clear();
    const run = await bench.runNow(id);
    expect(asked().slice(3)).toEqual(['/1', '/2']);
    expect(titles()).toEqual(['g']);
    expect(run.counts).toMatchObject({ records: 4, created: 1, unchanged: 3, removed: 0 });
    expect(run.warnings.map(({ code }) => code)).not.toContain('pages_left');
    expect(await bench.job(id)).toMatchObject({ knownItems: 7 });
  });

  it('read all pages if rows are reported as removed, also when the first page is the same', async () => {
    pagesOf(['d', 'c', 'b', 'a']);
    const { id } = await makeJob(DECLARED, { changeDetection: { removed: true } });
    await bench.runNow(id);
    pagesOf(['d', 'c', 'b']);
    bench.receiver.clear();
    const run = await bench.runNow(id);
    expect(asked().slice(2)).toEqual(['/1', '/2']);
    expect(run.counts).toMatchObject({ unchanged: 3, removed: 1 });
    expect(titles()).toEqual(['removed']);
  });

  /** Pages of two items, whose `next` is never empty. */
  const endless = (names: readonly string[], nextOf: (number: number, last: number) => number) => {
    const last = Math.ceil(names.length / 2);
    for (let number = 1; number <= last + 2; number += 1)
      jsonPage(`/1?page=${number}`, names.slice(2 * number - 2, 2 * number), {
        next: `?page=${nextOf(number, last)}`,
      });
    jsonPage('/1', names.slice(0, 2), { next: `?page=${nextOf(1, last)}` });
  };
  const BY_PATH: Pagination = { kind: 'path', path: '/next', maxPages: 20 };

  it.each<[string, (names: readonly string[]) => void, readonly string[]]>([
    [
      'an empty page after the last one',
      (names) => endless(names, (number) => number + 1),
      ['/1', '/1?page=2', '/1?page=3'],
    ],
    [
      'a last page that names itself',
      (names) => endless(names, (number, last) => Math.min(number + 1, last)),
      ['/1', '/1?page=2'],
    ],
    [
      'a last page for all later numbers',
      (names) => {
        endless(names, (number) => number + 1);
        jsonPage('/1?page=3', names.slice(2), { next: '?page=4' });
      },
      ['/1', '/1?page=2', '/1?page=3'],
    ],
  ])('report what is gone although the server always names a next page: %s', async (_, serve, pages) => {
    serve(['a', 'b', 'c', 'd']);
    const { id } = await makeJob(BY_PATH, { ...JSON_ROWS, changeDetection: { removed: true } });
    await bench.runNow(id);
    expect(asked()).toEqual(pages);
    serve(['a', 'b', 'c']);
    bench.receiver.clear();
    const run = await bench.runNow(id);
    expect(run).toMatchObject({ outcome: 'succeeded', counts: { unchanged: 3, removed: 1 } });
    expect(run.warnings.map(({ code }) => code)).not.toContain('pages_left');
    expect(titles()).toEqual(['removed']);
  });

  it.each<[string, Pagination, () => void]>([
    [
      'the first page for all numbers',
      BY_PATH,
      () => {
        for (const number of [1, 2, 3])
          jsonPage(`/1?page=${number}`, ['a', 'b'], { next: `?page=${number + 1}` });
        jsonPage('/1', ['a', 'b'], { next: '?page=2' });
      },
    ],
    [
      'an empty page with another cursor, up to the limit',
      { kind: 'path', path: '/next', maxPages: 3 },
      () => {
        jsonPage('/1', ['a', 'b'], { next: '?after=x1' });
        jsonPage('/1?after=x1', [], { next: '?after=x2' });
        jsonPage('/1?after=x2', [], { next: '?after=x3' });
      },
    ],
  ])('remove nothing if the server answers with %s', async (_, pagination, serve) => {
    jsonPage('/1', ['a', 'b', 'c'], { next: null });
    const { id } = await makeJob(pagination, { ...JSON_ROWS, changeDetection: { removed: true } });
    await bench.runNow(id);
    serve();
    const run = await bench.runNow(id);
    expect(run).toMatchObject({ outcome: 'unchanged', counts: { unchanged: 2, removed: 0 } });
    expect(run.warnings).toContainEqual(expect.objectContaining({ code: 'pages_left' }));
  });

  it('find the rows behind an empty page with another cursor', async () => {
    jsonPage('/1', ['a'], { next: '?after=x1' });
    jsonPage('/1?after=x1', [], { next: '?after=x2' });
    jsonPage('/1?after=x2', ['b'], { next: null });
    const { id } = await makeJob(BY_PATH, JSON_ROWS);
    await bench.runNow(id);
    expect(titles()).toEqual(['a', 'b']);
  });

  it('remove nothing while a page fails or is missing, and know the items afterwards', async () => {
    pagesOf(['f', 'e', 'd', 'c', 'b', 'a']);
    const { id } = await makeJob(DECLARED, { changeDetection: { removed: true } });
    await bench.runNow(id);
    bench.receiver.clear();
    page('/2', { status: 503 });
    expect(await bench.runNow(id)).toMatchObject({ outcome: 'failed', counts: { removed: 0 } });
    page('/2', { status: 404 });
    expect(await bench.runNow(id)).toMatchObject({ outcome: 'unchanged', counts: { removed: 0 } });
    pagesOf(['f', 'e', 'd', 'c', 'b']);
    expect(await bench.runNow(id)).toMatchObject({ counts: { created: 0, unchanged: 5, removed: 1 } });
    expect(titles().filter((title) => title !== 'import.failed')).toEqual(['removed']);
  });

  it('read all pages again after rows were not delivered', async () => {
    pagesOf(['d', 'c', 'b', 'a']);
    const { id: templateId } = await bench.makeTemplate({
      destination: { url: bench.receiver.url, rowsPerBatch: 1 },
    });
    const { id } = await makeJob(DECLARED, { templateId });
    bench.receiver.answerWith((request) =>
      JSON.stringify(request.json).includes('"a"') ? { status: 400 } : { status: 200 },
    );
    expect(await bench.runNow(id)).toMatchObject({ outcome: 'failed' });
    bench.receiver.answerWith(() => ({ status: 200 }));
    bench.receiver.clear();
    await bench.runNow(id);
    expect(titles()).toEqual(['a']);
  });
});
