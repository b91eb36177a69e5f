// Made-up products, the same each time, written once to the system's folder for temporary files.
import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WORDS = 'the quick durable finish with a smooth handle and water resistant shell for daily use'.split(
  ' ',
);
const NAMES = ['Backpack', 'Lamp', 'Chair', 'Kettle', 'Jacket', 'Café-Tasse', 'Größe L', 'Tent'];
const CATEGORIES = ['Home > Kitchen', 'Outdoor > Camping', 'Electronics > Audio', 'Apparel > Shoes'];

export const COLUMNS = 'id sku title description price currency stock category url updated_at'.split(' ');

function product(n, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const words = Array.from({ length: 3 + Math.floor(random() * 4) }, () => pick(WORDS)).join(' ');
  const odd = random();
  return {
    id: n + 1,
    sku: `SKU-${(100_000 + n).toString(36).toUpperCase()}-${Math.floor(random() * 99)}`,
    title: `${pick(NAMES)} ${100 + Math.floor(random() * 900)}`,
    description: odd < 0.05 ? `${words}, 12" wide` : odd < 0.08 ? `${words}\n- and more` : words,
    price: Number((random() * 900 + 1).toFixed(2)),
    currency: pick(['EUR', 'USD', 'GBP']),
    stock: Math.floor(random() * 500),
    category: pick(CATEGORIES),
    url: `https://shop.example.com/p/${n + 1}?r=f`,
    updated_at: new Date(1_700_000_000_000 + n * 1000).toISOString(),
  };
}

/** mulberry32 */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function write(name, count, { head = '', line, tail = '' }) {
  const file = join(tmpdir(), `inlet-bench-${count}-${name}`);
  if (existsSync(file)) return file;
  const random = seeded(42);
  const target = openSync(`${file}.part`, 'w');
  let text = head;
  for (let n = 0; n < count; n += 1) {
    text += line(product(n, random), n);
    if (text.length > 1_000_000) {
      writeSync(target, text);
      text = '';
    }
  }
  writeSync(target, text + tail);
  closeSync(target);
  renameSync(`${file}.part`, file);
  return file;
}

const cell = (value) => (/[",\n]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`);
const withMore = (item, n) => ({
  ...item,
  tags: [item.currency, item.category],
  dims: { w: n % 90, unit: 'cm' },
});

export const productCsv = (count) =>
  write('products.csv', count, {
    head: 'id,sku,title,description,price,currency,stock,category,url,updated_at\n',
    line: (item) => `${Object.values(item).map(cell).join(',')}\n`,
  });

export const productJson = (count) =>
  write('products.json', count, {
    head: '[\n',
    line: (item, n) => `${n === 0 ? '' : ',\n'}${JSON.stringify(withMore(item, n))}`,
    tail: '\n]\n',
  });

export const productNdjson = (count) =>
  write('products.ndjson', count, { line: (item, n) => `${JSON.stringify(withMore(item, n))}\n` });
