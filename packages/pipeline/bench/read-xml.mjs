// Reads a generated feed of 200,000 items (280 MB) with ten wanted paths, from memory that holds one thousand of
// them. Prints items per second and how much the process grew. Build first: pnpm exec tsc -b packages/pipeline
//
//   node packages/pipeline/bench/read-xml.mjs [items] [chunk bytes]
import { readRecords } from '../dist/index.js';

const ITEMS = Number(process.argv[2] ?? 200_000);
const CHUNK = Number(process.argv[3] ?? 65_536);
const BLOCK_ITEMS = 1000;

const PATHS = [
  'title',
  'link',
  'guid',
  'pubDate',
  'description',
  'category',
  'g:id',
  'g:price',
  'g:additional_image_link',
  'enclosure/@url',
];

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel><title>Shop &amp; More</title><link>https://shop.example/</link>
  <atom:link href="https://shop.example/feed.xml" rel="self" type="application/rss+xml"/>
`;
const words = 'blue green café leather cotton light heavy Größe small classic urban 東京 summer winter'.split(
  ' ',
);
const text = (seed, count) =>
  Array.from({ length: count }, (_, n) => words[(seed * 7 + n * n) % words.length]).join(' ');

function item(n) {
  const id = 100_000 + n;
  const url = `https://shop.example/p/${id}?ref=feed&amp;utm_source=rss`;
  return `    <item>
      <title>${text(n, 4)}</title>
      <link>${url}</link>
      <guid isPermaLink="false">SKU-${id}</guid>
      <pubDate>Mon, 01 Jan 2024 10:00:00 GMT</pubDate>
      <description><![CDATA[<p>${text(n, 40)}</p>\n<ul><li>Material: recycled &amp; tested</li></ul> see the <a href="${url}">product page</a>, not </item>]]></description>
      <category domain="https://shop.example/c?x=1&amp;y=2">${words[n % words.length]}</category>
      <g:id>${id}</g:id>
      <g:price>${(n % 500) + 0.99} EUR</g:price>
      <g:availability>in_stock</g:availability>
      <g:condition>new</g:condition>
      <g:brand>${words[n % 5]}</g:brand>
      <g:gtin>${4_000_000_000_000 + n}</g:gtin>
      <g:image_link>https://cdn.example/img/${id}/main.jpg</g:image_link>
      <g:additional_image_link>https://cdn.example/img/${id}/1.jpg</g:additional_image_link>
      <g:additional_image_link>https://cdn.example/img/${id}/2.jpg</g:additional_image_link>
      <g:shipping>
        <g:country>DE</g:country>
        <g:price>4.90 EUR</g:price>
      </g:shipping>
      <enclosure url="https://cdn.example/img/${id}/main.jpg" length="${20_000 + (n % 5000)}" type="image/jpeg"/>
    </item>
`;
}

const block = Buffer.from(Array.from({ length: BLOCK_ITEMS }, (_, n) => item(n)).join(''));

async function* feed() {
  yield Buffer.from(HEAD);
  for (let n = 0; n < ITEMS; n += BLOCK_ITEMS)
    for (let at = 0; at < block.length; at += CHUNK) yield block.subarray(at, at + CHUNK);
  yield Buffer.from('  </channel>\n</rss>\n');
}

const before = process.memoryUsage.rss();
let peak = before;
let records = 0;
const start = performance.now();
const { batches, facts } = readRecords(feed(), {
  recordPath: '/rss/channel/item',
  parseOptions: {},
  paths: PATHS,
});
for await (const batch of batches) {
  records += batch.length;
  peak = Math.max(peak, process.memoryUsage.rss());
}
const seconds = (performance.now() - start) / 1000;
const megabytes = (bytes) => Math.round(bytes / 1e6);
console.log(
  `${records} items, ${megabytes(facts.bytes)} MB in ${seconds.toFixed(2)} s: ` +
    `${Math.round(records / seconds)} items/s, ${megabytes(facts.bytes / seconds)} MB/s, ` +
    `peak ${megabytes(peak - before)} MB over the baseline of ${megabytes(before)} MB`,
);
