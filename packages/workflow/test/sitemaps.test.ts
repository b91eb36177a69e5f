import { gzipSync } from 'node:zlib';
import { outlineRequestSchema, previewRequestSchema, type Source } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Caller, outlineFromSource, previewSource } from '../src/index.js';
import { userOf } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const MAPPING = [{ column: 'title', path: 'loc' }];

let bench: EngineBench;
let templateId: string;
let user: Caller;
let seen = 0;

beforeAll(async () => {
  bench = await startEngineBench();
  templateId = (await bench.makeTemplate()).id;
  user = userOf({ ...bench.caller, templateId });
});
afterAll(() => bench.close());

const sitemap = (...names: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="${NAMESPACE}">${names.map((name) => `<url><loc>https://e.example/${name}</loc></url>`).join('')}</urlset>`;
const index = (...paths: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- ours --><sitemapindex xmlns="${NAMESPACE}">${paths.map((path) => `<sitemap><loc>${bench.site.url(path)}</loc></sitemap>`).join('')}</sitemapindex>`;
const source = (): Source => ({ kind: 'url', url: bench.site.url('/index.xml') });
const outline = (changes: object = {}) =>
  outlineFromSource(bench.context, user, {
    request: { ...outlineRequestSchema.parse({ source: source(), ...changes }), jobId: undefined },
  });
const makeJob = () =>
  bench.makeJob({
    source: source(),
    recordPath: '/urlset/url',
    mapping: MAPPING,
    parseOptions: { format: 'xml' },
  });

beforeEach(() => {
  bench.receiver.clear();
  seen = bench.site.requests.length;
  bench.site.route('/index.xml', { body: index('/a.xml', '/b.xml.gz') });
  bench.site.route('/a.xml', { body: sitemap('1', '2') });
  bench.site.route('/b.xml.gz', { body: gzipSync(sitemap('3')) });
});

describe('a sitemap index', () => {
  it('is outlined and previewed by the addresses in its sitemaps', async () => {
    const { outline: found, finalUrl } = await outline();
    expect(found).toMatchObject({ recordPath: '/urlset/url', recordCount: 3, warnings: [] });
    expect(finalUrl).toBe(bench.site.url('/index.xml'));
    const request = previewRequestSchema.parse({
      source: source(),
      templateId,
      recordPath: '/urlset/url',
      mapping: MAPPING,
      parseOptions: found.parseOptions,
    });
    const { rows } = await previewSource(bench.context, user, { request: { ...request, jobId: undefined } });
    expect(rows.map(({ values }) => values.title)).toEqual([
      'https://e.example/1',
      'https://e.example/2',
      'https://e.example/3',
    ]);
  });

  it('is its own list of sitemaps if that record path is requested', async () => {
    const { outline: found } = await outline({ recordPath: '/sitemapindex/sitemap' });
    expect([found.recordPath, found.recordCount]).toEqual(['/sitemapindex/sitemap', 2]);
  });

  it('is followed by each run, which notices a change in a sitemap', async () => {
    const job = await makeJob();
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 3 } });
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'unchanged' });
    bench.site.route('/a.xml', { body: sitemap('1', '2', '4') });
    expect(await bench.runNow(job.id)).toMatchObject({ counts: { created: 1, unchanged: 3 } });
  });

  it('fails the run if a sitemap cannot be fetched, so that nothing counts as removed', async () => {
    const job = await makeJob();
    bench.site.route('/b.xml.gz', { status: 404, body: 'no' });
    expect(await bench.runNow(job.id)).toMatchObject({
      outcome: 'failed',
      error: { code: 'source_not_found' },
    });
  });

  it('may list other indexes, and itself', async () => {
    bench.site.route('/index.xml', { body: index('/inner.xml', '/index.xml', '/a.xml') });
    bench.site.route('/inner.xml', { body: index('/b.xml.gz', '/inner.xml') });
    const { outline: found } = await outline();
    expect(found.records.map(([loc]) => loc)).toEqual([
      'https://e.example/1',
      'https://e.example/2',
      'https://e.example/3',
    ]);
    expect(bench.site.requests.slice(seen).map(({ path }) => path)).toEqual([
      '/index.xml',
      '/inner.xml',
      '/a.xml',
      '/b.xml.gz',
    ]);
  });

  it('sends credentials to its own server only', async () => {
    bench.site.route('/index.xml', {
      body: index('/a.xml').replace(
        '</sitemapindex>',
        `<sitemap><loc>${bench.site.url('/b.xml.gz').replace('127.0.0.1', 'localhost')}</loc></sitemap></sitemapindex>`,
      ),
    });
    await outline({ source: { ...source(), headers: { 'x-key': 'k' } } });
    expect(bench.site.requests.slice(seen).map(({ path, headers }) => [path, headers['x-key']])).toEqual([
      ['/index.xml', 'k'],
      ['/a.xml', 'k'],
      ['/b.xml.gz', undefined],
    ]);
  });
});
