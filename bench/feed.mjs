import { generatedFeed } from './lib/generated-feed.mjs';
import { startPeer } from './lib/peers.mjs';
import { cpuMs, runToEnd, startProduct, tookMs } from './lib/product.mjs';
import { runRival } from './lib/rival.mjs';
import { megabytes, printTable, ratio, seconds } from './lib/table.mjs';

const ITEMS = Number(process.env.BENCH_ITEMS ?? 200_000);
const LARGE_FACTOR = 5;
/** Larger than the default, which small web servers accept: each request costs the receiver and the outbox time. */
const BATCH_BYTES = 1_048_576;

const COLUMNS = [
  { key: 'title', name: 'Title', required: true, length: { max: 300 } },
  { key: 'url', name: 'Link', type: 'url', required: true },
  { key: 'sku', name: 'SKU', required: true, unique: true },
  { key: 'published', name: 'Published', type: 'date_time' },
  { key: 'author', name: 'Author' },
  { key: 'topics', name: 'Topics' },
  { key: 'price', name: 'Price', type: 'number', range: { min: 0 }, decimal: '.' },
  { key: 'image', name: 'Image', type: 'image_url' },
  { key: 'summary', name: 'Summary' },
  {
    key: 'availability',
    name: 'Availability',
    type: 'select',
    options: [{ value: 'in stock' }, { value: 'sold out' }],
  },
];
const MAPPING = [
  { column: 'title', path: 'title' },
  { column: 'url', path: 'link' },
  { column: 'sku', path: 'guid' },
  { column: 'published', path: 'pubDate' },
  { column: 'author', path: 'dc:creator' },
  { column: 'topics', path: 'category', repeat: 'join' },
  { column: 'price', path: 'g:price' },
  { column: 'image', path: 'media:content/@url' },
  { column: 'summary', path: 'description' },
  { column: 'availability', path: 'g:availability' },
];

/** Measures the whole product on a large feed, beside a bare parse of the feed and a script that a user would write. */
export async function bench() {
  const feed = await generatedFeed(ITEMS);
  const site = await startPeer('site', feed);
  const receiver = await startPeer('receiver');
  const bare = await runRival('bare-parse', site.url);
  const script = await runRival('user-script', site.url, receiver.url);
  const product = await measureProduct(`${site.url}/feed`, receiver.url);
  site.stop();

  const large = await generatedFeed(ITEMS * LARGE_FACTOR);
  const largeSite = await startPeer('site', large);
  const largest = await measureProduct(`${largeSite.url}/feed`, receiver.url, { isOnlyFirst: true });
  largeSite.stop();
  receiver.stop();

  const row = (name, ms, memory) => [name, seconds(ms), ratio(ms, bare.ms), memory];
  const memory = ({ own, all }) => `${megabytes(own)} (${megabytes(all)} with database pages)`;
  printTable(
    `Feed: ${ITEMS} items, ${megabytes(feed.bytes / 1e6)}, batches of up to ${megabytes(BATCH_BYTES / 1e6)}`,
    [
      ['', 'time', 'of the bare parse', 'peak memory'],
      row('fast-xml-parser, parse only', bare.ms, megabytes(bare.peak)),
      row('script: fast-xml-parser, zod, fetch', script.ms, megabytes(script.peak)),
      row('Inlet, first run', product.first.ms, memory(product.first.peak)),
      row('Inlet, second run, same bytes, no ETag', product.again.ms, memory(product.again.peak)),
      row('Inlet, 304', product.notModified.ms, memory(product.notModified.peak)),
      row(`Inlet, first run, ${LARGE_FACTOR} times as large`, largest.first.ms, memory(largest.first.peak)),
    ],
  );
  console.log(`second run / first run: ${ratio(product.again.ms, product.first.ms)}`);
  console.log(
    `memory, ${LARGE_FACTOR} times as large / as it was: ${ratio(largest.first.peak.own, product.first.peak.own)}`,
  );
}

export async function measureProduct(feedUrl, receiverUrl, { isOnlyFirst = false } = {}) {
  const product = await startProduct();
  try {
    const { client, peak } = product;
    const template = await client.templates.create({
      code: 'bench',
      name: 'Bench',
      columns: COLUMNS,
      destination: { url: `${receiverUrl}/rows`, rowsPerBatch: 1000, maxBatchBytes: BATCH_BYTES },
    });
    const make = async (url) => {
      const { job } = await client.importJobs.create({
        templateId: template.id,
        externalUserId: 'bench',
        label: url,
        source: { kind: 'url', url },
        recordPath: '/rss/channel/item',
        mapping: MAPPING,
        schedule: { kind: 'years', month: 1, on: { kind: 'day', day: 1 }, time: '00:00' },
      });
      return job.id;
    };
    const measure = async (jobId, outcome) => {
      peak.reset();
      const cpuBefore = cpuMs(product.pid);
      const run = await runToEnd(client, jobId);
      const cpu = cpuMs(product.pid) - cpuBefore;
      if (run.outcome !== outcome)
        throw new Error(`the run ended ${run.outcome}: ${JSON.stringify(run.error ?? run.counts)}`);
      return { ms: tookMs(run), cpuMs: cpu, peak: peak.read() };
    };
    const plain = await make(`${feedUrl}?plain`);
    const first = await measure(plain, 'succeeded');
    if (isOnlyFirst) return { first };
    const again = await measure(plain, 'unchanged');
    const tagged = await make(feedUrl);
    await measure(tagged, 'succeeded');
    const notModified = await measure(tagged, 'unchanged');
    return { first, again, notModified };
  } finally {
    await product.stop();
  }
}
