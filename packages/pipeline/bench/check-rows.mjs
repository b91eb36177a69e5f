/** Rows a second of `compileCheck` over ten typical columns of valid rows: `node bench/check-rows.mjs [rows]`. */
import { performance } from 'node:perf_hooks';
import { compileCheck, compileMapping } from '../dist/index.js';

const column = (key, rest) => ({ key, name: key, type: 'text', alternativeNames: [], ...rest });

const columns = [
  column('sku', { required: true, length: { max: 40 } }),
  column('title', { required: true, length: { min: 1, max: 200 } }),
  column('description', { length: { max: 5000 } }),
  column('price', { type: 'number', required: true, decimal: '.', range: { min: 0 } }),
  column('stock', { type: 'integer', range: { min: 0, max: 1_000_000 } }),
  column('link', { type: 'url' }),
  column('email', { type: 'email' }),
  column('released', { type: 'date' }),
  column('active', { type: 'boolean' }),
  column('status', {
    type: 'select',
    options: [{ value: 'new' }, { value: 'used' }, { value: 'refurbished' }],
  }),
];

const textsOf = (n) => [
  `SKU-${100000 + n}`,
  `Night train no. ${n}`,
  `Sleeper with ${n % 40} beds, leaves in the evening and arrives in time for breakfast.`,
  `${n % 900}.${10 + (n % 90)}`,
  `${n % 5000}`,
  `https://shop.example.com/items/${n}?ref=feed`,
  `user${n}@example.com`,
  `2025-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}`,
  n % 2 ? 'true' : 'no',
  ['new', 'used', 'refurbished'][n % 3],
];

const BATCH = 1000;
const total = Number(process.argv[2] ?? 1_000_000);
const records = Array.from({ length: 20 * BATCH }, (_, n) => ({ record: n + 1, fields: textsOf(n) }));
const batches = Array.from({ length: 20 }, (_, at) => records.slice(at * BATCH, (at + 1) * BATCH));

/** The best of five passes: the machine may be shared. */
function measure(name, { batches, prepare, work }) {
  let best = 0;
  for (let pass = 0; pass < 5; pass++) {
    const run = prepare();
    const start = performance.now();
    for (let done = 0; done < total; done += BATCH) work(run, batches[(done / BATCH) % batches.length]);
    best = Math.max(best, total / (performance.now() - start) / 1000);
  }
  console.log(`${name.padEnd(34)} ${best.toFixed(2)} M rows/s`);
}

const check = (given) => () => compileCheck({ columns: given, uniqueTogether: [] });
const checkBatch = (compiled, rows) => {
  const checked = compiled.checkRows(rows);
  if (checked.some(({ isValid }) => !isValid)) throw new Error('a valid row was refused');
};

const toRows = (choose) =>
  batches.map((batch) => batch.map(({ record, fields }) => ({ record, texts: choose(fields) })));

measure('check, 10 columns', {
  batches: toRows((fields) => fields),
  prepare: check(columns),
  work: checkBatch,
});
for (const [at, one] of columns.entries())
  measure(`check, only ${one.key} (${one.type})`, {
    batches: toRows((fields) => [fields[at]]),
    prepare: check([one]),
    work: checkBatch,
  });

const mapping = columns.map(({ key }) => ({ column: key, path: key }));
measure('map, 10 columns', {
  batches,
  prepare: () => compileMapping(mapping, columns),
  work: (compiled, batch) => compiled.mapRecords(batch),
});
