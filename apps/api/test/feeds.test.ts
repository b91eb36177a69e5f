import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  OutlineResponse,
  PreviewResponse,
  SuggestMappingResponse,
  TemplateView,
} from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ImportBench, startImportBench } from './import-bench.js';

/** A folder of real feeds, which are not part of this repository. */
const FEEDS = process.env.INLET_TEST_FEEDS ?? '';

let bench: ImportBench;
let template: TemplateView;

beforeAll(async () => {
  bench = await startImportBench();
  template = await bench.makeTemplate({
    columns: [
      { key: 'title', name: 'Title', required: true },
      { key: 'link', name: 'Link', type: 'url' },
      { key: 'published', name: 'Published', type: 'date_time' },
      { key: 'author', name: 'Author', alternativeNames: ['creator'] },
      { key: 'categories', name: 'Categories' },
      { key: 'content', name: 'Content', alternativeNames: ['description', 'summary'] },
    ],
    destination: { url: bench.receiver.url, rowsPerBatch: 50 },
  });
});
afterAll(() => bench.close());
beforeEach(() => bench.receiver.clear());

const post = async <Result>(path: string, body: object): Promise<Result> => {
  const answer = await bench.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.json;
};

/** From an address to delivered rows, as a person would go: outline, suggestion, preview, job, run. */
async function importFrom(url: string) {
  // The further pages that some of these files name are on the internet.
  const source = { kind: 'url' as const, url, pagination: { kind: 'none' as const } };
  const { outline, feed } = await post<OutlineResponse>('/v1/sources/outline', { source });
  const suggestion = { outline, templateId: template.id };
  const { mapping } = await post<SuggestMappingResponse>('/v1/sources/suggest-mapping', suggestion);
  const reading = {
    source,
    templateId: template.id,
    recordPath: outline.recordPath,
    parseOptions: outline.parseOptions,
    mapping,
  };
  const preview = await post<PreviewResponse>('/v1/sources/preview', { ...reading, limit: 200 });
  const job = await bench.makeJob(reading);
  const run = await bench.runNow(job.id);
  return { outline, feed, mapping, preview, job, run, rows: bench.rows() };
}

const serve = (body: string | Buffer, type = 'application/rss+xml') =>
  bench.site.route('/feed', { body, headers: { 'content-type': type } });

type Values = Readonly<Record<string, unknown>>;

const CUT = /^(.*)… \((\d+) characters\)$/s;

/** The values that were sent, cut where a preview cuts long texts, if it says how long they are. */
function cutLike(shown: Values, sent: Values | null = null): Values {
  return Object.fromEntries(
    Object.entries(sent ?? {}).map(([key, value]) => {
      const [, start = '', length] = CUT.exec(String(shown[key])) ?? [];
      if (typeof value !== 'string' || value.length !== Number(length)) return [key, value];
      return [key, `${value.slice(0, start.length)}… (${length} characters)`];
    }),
  );
}

describe('real feeds', () => {
  const names = existsSync(FEEDS) ? readdirSync(FEEDS).filter((name) => /\.(rss|atom|xml)$/.test(name)) : [];
  // Without files, one skipped test stays visible in the output.
  const each = names.length > 0 ? test.each(names) : test.skip.each(['a real feed (INLET_TEST_FEEDS)']);

  each('%s is imported completely, with the rows of its preview', async (name) => {
    const body = readFileSync(join(FEEDS, name));
    const { outline, feed, preview, job, run, rows } = await importFrom(serve(body));
    const records = body.toString().match(/<(item|entry)[\s>]/g)!.length;
    expect(feed?.title).toBeTruthy();
    expect(outline.headings.length).toBeGreaterThan(4);
    expect(['succeeded', 'succeeded_with_issues']).toContain(run.outcome);
    expect(run.counts).toMatchObject({ records, invalid: 0 });
    expect(rows).toHaveLength(records - run.counts.duplicates);
    const sent = new Map(rows.map(({ rowKey, values }) => [rowKey, values]));
    for (const { rowKey, values } of preview.rows) expect(values).toEqual(cutLike(values, sent.get(rowKey)));
    expect(rows.every(({ values }) => typeof values?.title === 'string' && values.title !== '')).toBe(true);
    expect(rows.some(({ values }) => /^\d{4}-\d\d-\d\dT/.test(String(values?.published)))).toBe(true);
    bench.receiver.clear();
    expect(await bench.runNow(job.id)).toMatchObject({
      outcome: run.counts.issues > 0 ? 'succeeded_with_issues' : 'unchanged',
    });
    expect(bench.rows()).toEqual([]);
  });
});

test('three items with two categories each are three rows', async () => {
  const item = (id: number) =>
    `<item><guid>${id}</guid><title>T${id}</title><category>a${id}</category><category>b${id}</category></item>`;
  const { rows } = await importFrom(
    serve(`<rss version="2.0"><channel><title>f</title>${[1, 2, 3].map(item).join('')}</channel></rss>`),
  );
  expect(rows.map(({ values }) => [values?.title, values?.categories])).toEqual([
    ['T1', 'a1, b1'],
    ['T2', 'a2, b2'],
    ['T3', 'a3, b3'],
  ]);
});

test('items with attributes, and RDF items beside their channel, all arrive', async () => {
  const attributes =
    '<rss version="2.0"><channel><title>f</title><item id="1"><title>A</title></item><item id="2"><title>B</title></item></channel></rss>';
  expect((await importFrom(serve(attributes))).rows.map(({ values }) => values?.title)).toEqual(['A', 'B']);
  bench.receiver.clear();
  const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel rdf:about="https://x.example/"><title>f</title></channel>
    <item rdf:about="https://x.example/1"><title>A</title><link>https://x.example/1</link></item>
    <item rdf:about="https://x.example/2"><title>B</title><link>https://x.example/2</link></item></rdf:RDF>`;
  const { outline, rows } = await importFrom(serve(rdf));
  expect(outline.format).toBe('rdf');
  expect(rows.map(({ values }) => values?.title)).toEqual(['A', 'B']);
});

test('the content decides the format of a feed, regardless of its content type and of HEAD', async () => {
  const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>f</title><id>f</id><updated>2026-01-01T00:00:00Z</updated>
    <entry><id>1</id><title>A</title><updated>2026-01-01T00:00:00Z</updated></entry></feed>`;
  bench.site.route('/odd', (request, response) => {
    if (request.method === 'HEAD') response.writeHead(405).end();
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(atom);
  });
  const { outline, rows } = await importFrom(bench.site.url('/odd'));
  expect(outline.format).toBe('atom');
  expect(rows).toHaveLength(1);
});

test('elements with the names of built-in properties, and elements that are both leaf and parent, do no harm', async () => {
  const feed = `<rss version="2.0"><channel><title>f</title>
    <item><guid>1</guid><title>A</title><constructor>c</constructor><__proto__>p</__proto__><author>Ann</author></item>
    <item><guid>2</guid><title>B</title><toString>t</toString><author><name>Ben</name></author></item></channel></rss>`;
  const { run, rows } = await importFrom(serve(feed));
  expect(run.counts.records).toBe(2);
  expect(rows.map(({ values }) => values?.title)).toEqual(['A', 'B']);
});

test('JSON, NDJSON, JSON Feed and CSV are imported in the same way', async () => {
  const records = [
    { title: 'A', link: 'https://x.example/1', published: '2026-01-01' },
    { title: 'B', link: 'https://x.example/2', published: '2026-01-02' },
  ];
  const bodies = {
    json: JSON.stringify({ data: { list: records } }),
    ndjson: records.map((record) => JSON.stringify(record)).join('\n'),
    json_feed: JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'f',
      items: records.map(({ title, link, published }) => ({
        id: link,
        title,
        url: link,
        date_published: `${published}T00:00:00Z`,
      })),
    }),
    csv: ['title;link;published', ...records.map((record) => Object.values(record).join(';'))].join('\r\n'),
  };
  for (const [format, body] of Object.entries(bodies)) {
    bench.receiver.clear();
    const { outline, rows } = await importFrom(serve(body, 'text/plain'));
    expect(outline.format).toBe(format);
    expect(rows.map(({ values }) => [values?.title, values?.link, values?.published])).toEqual([
      ['A', 'https://x.example/1', '2026-01-01T00:00:00.000Z'],
      ['B', 'https://x.example/2', '2026-01-02T00:00:00.000Z'],
    ]);
  }
});
