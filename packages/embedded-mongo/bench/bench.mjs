/**
 * Measures the embedded server as Inlet uses it, with the official driver and agenda, and with MONGODB_URI
 * also that server. Prints a table. Build the package first.
 *
 *   node bench/bench.mjs [documents]
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { MongoClient, ObjectId } from 'mongodb';

const DOCUMENTS = Number(process.argv[2] ?? 200_000);
const BATCH = 1000;
const JOBS = 2000;
const LARGE_BYTES = 800_000;

async function main() {
  const rows = [];
  const dataDir = mkdtempSync(join(tmpdir(), 'inlet-bench-'));
  const { startEmbeddedMongo } = await import('../dist/index.js');
  const startedAt = performance.now();
  const embedded = await startEmbeddedMongo({ dataDir });
  rows.push(['start', '< 500 ms', `${ms(performance.now() - startedAt)}`]);
  const results = new Map(await measure(embedded.uri));
  await embedded.close();
  rmSync(dataDir, { recursive: true, force: true });
  const real =
    process.env.MONGODB_URI === undefined ? undefined : new Map(await measure(process.env.MONGODB_URI));
  for (const [name, { goal, value }] of results) rows.push([name, goal, value, real?.get(name)?.value ?? '']);
  print([['measure', 'goal', 'embedded', real === undefined ? '' : 'MongoDB'], ...rows]);
}

async function measure(uri) {
  const client = await MongoClient.connect(uri);
  const db = client.db(`inlet_bench_${Date.now()}`);
  try {
    return [
      ...(await bulkLoad(db)),
      ...(await pages(db)),
      ...(await singles(db)),
      ...(await largeDocuments(db)),
      ...(await dueJobs(uri, db)),
    ];
  } finally {
    await db.dropDatabase();
    await client.close();
  }
}

const uploads = [new ObjectId(), new ObjectId()];
const row = (i) => ({
  uploadId: uploads[i & 1],
  index: i >> 1,
  status: i % 10 === 0 ? 'invalid' : 'valid',
  data: { firstName: `Name${i}`, email: `user${i}@example.com`, age: i % 90, city: 'Oslo' },
  errors: [],
});

async function bulkLoad(db) {
  const collection = db.collection('rows');
  await collection.createIndexes([
    { key: { uploadId: 1, index: 1 }, unique: true },
    { key: { uploadId: 1, status: 1 } },
  ]);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const startedAt = performance.now();
  delay.enable();
  for (let from = 0; from < DOCUMENTS; from += BATCH) {
    await collection.insertMany(Array.from({ length: BATCH }, (_, j) => row(from + j)));
  }
  delay.disable();
  const rate = DOCUMENTS / ((performance.now() - startedAt) / 1000);
  return [
    ['insertMany of 1,000, two more indexes', { goal: '>= 60,000/s', value: `${Math.round(rate)}/s` }],
    [
      'event-loop delay of the host meanwhile, p99',
      { goal: '< 20 ms', value: ms(delay.percentile(99) / 1e6) },
    ],
  ];
}

async function pages(db) {
  const collection = db.collection('rows');
  const last = DOCUMENTS / 2 - 100;
  const times = await timed(500, async (i) => {
    const from = (i * 9973) % last;
    const filter = { uploadId: uploads[i & 1], index: { $gte: from, $lt: from + 100 } };
    const page = await collection.find(filter).sort({ index: 1 }).toArray();
    if (page.length !== 100) throw new Error(`a page of ${page.length}`);
  });
  return [['page of 100 by { uploadId, index }, median', { goal: '< 2 ms', value: ms(median(times)) }]];
}

async function singles(db) {
  const collection = db.collection('singles');
  const inserts = await timed(500, (i) => collection.insertOne({ _id: i, n: 0 }));
  const updates = await timed(500, (i) => collection.updateOne({ _id: i }, { $inc: { n: 1 } }));
  const reads = await timed(500, (i) => collection.findOne({ _id: i }));
  return [
    ['insertOne, median', { goal: '', value: ms(median(inserts)) }],
    ['updateOne by _id, median', { goal: '', value: ms(median(updates)) }],
    ['findOne by _id, median', { goal: '', value: ms(median(reads)) }],
  ];
}

async function largeDocuments(db) {
  const collection = db.collection('large');
  await collection.createIndex({ runId: 1, page: 1 }, { unique: true });
  const body = Buffer.alloc(LARGE_BYTES, 7);
  const writes = await timed(200, (page) => collection.insertOne({ runId: 'r', page, body }));
  const reads = await timed(200, (page) => collection.findOne({ runId: 'r', page }));
  const lists = await timed(20, () => collection.find({ runId: 'r' }, { projection: { page: 1 } }).toArray());
  const rss = process.resourceUsage().maxRSS / 1024;
  return [
    ['write of 0.8 MB, median', { goal: '', value: ms(median(writes)) }],
    ['read of 0.8 MB, median', { goal: '', value: ms(median(reads)) }],
    ['200 of them without the large field, median', { goal: '', value: ms(median(lists)) }],
    ['peak memory of this process so far', { goal: '', value: `${Math.round(rss)} MB` }],
  ];
}

async function dueJobs(uri, db) {
  const scheduler = new Agenda({ backend: new MongoBackend({ mongo: db }) });
  await scheduler.ready;
  const due = new Date();
  await db.collection('agendaJobs').insertMany(
    Array.from({ length: JOBS }, (_, n) => ({
      name: 'work',
      data: { n },
      type: 'normal',
      priority: 0,
      nextRunAt: due,
      lockedAt: null,
    })),
  );
  const startedAt = performance.now();
  const workers = [0, 1].map(() => fork(import.meta.filename, ['worker', uri, db.databaseName]));
  while ((await db.collection('runs').countDocuments()) < JOBS)
    await new Promise((resume) => setTimeout(resume, 50));
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(workers.map((worker) => new Promise((done) => worker.once('exit', done).kill())));
  const twice = await db
    .collection('runs')
    .aggregate([{ $group: { _id: '$n', runs: { $sum: 1 } } }, { $match: { runs: { $gt: 1 } } }])
    .toArray();
  return [
    ['2,000 due agenda jobs by two workers', { goal: '< 10 s', value: `${seconds.toFixed(1)} s` }],
    ['of them run twice', { goal: '0', value: String(twice.length) }],
  ];
}

async function runWorker(uri, name) {
  const client = await MongoClient.connect(uri);
  const db = client.db(name);
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: db }),
    processEvery: 200,
    maxConcurrency: 50,
    defaultConcurrency: 20,
  });
  agenda.define('work', (job) => db.collection('runs').insertOne({ n: job.attrs.data.n }), {
    removeOnComplete: true,
  });
  await agenda.start();
}

async function timed(times, work) {
  const took = [];
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    await work(i);
    took.push(performance.now() - startedAt);
  }
  return took;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function ms(value) {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function print(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  for (const cells of rows)
    console.log(
      cells
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}

if (process.argv[2] === 'worker') await runWorker(process.argv[3], process.argv[4]);
else await main();
