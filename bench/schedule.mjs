import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import { MongoClient } from 'mongodb';
import { startPeer } from './lib/peers.mjs';
import { cpuMs, startProduct } from './lib/product.mjs';
import { printTable } from './lib/table.mjs';

const MANY = Number(process.env.BENCH_JOBS ?? 100_000);
const AT_ONCE = Number(process.env.BENCH_AT_ONCE ?? 2000);
/** A whole minute, because maintenance runs every half minute. */
const IDLE_MS = 60_000;

/** Measures the cost of idle jobs, and how late runs start if many are due at one instant. */
export async function bench() {
  const site = await startPeer('site', { path: '', bytes: 0 });
  const receiver = await startPeer('receiver');
  const idle = [];
  for (const jobs of [100, MANY]) idle.push([jobs, await idleCost({ jobs, site, receiver })]);
  printTable('An idle minute', [
    ['active jobs', 'CPU'],
    ...idle.map(([jobs, ms]) => [jobs, `${Math.round(ms)} ms`]),
  ]);
  const rows = [];
  for (const workers of [1, 2]) rows.push(await startLag({ workers, site, receiver }));
  printTable(`${AT_ONCE} jobs due at one instant`, [
    ['workers', 'lag median', 'lag p99', 'runs', 'run twice'],
    ...rows,
  ]);
  site.stop();
  receiver.stop();
}

/** Returns the server's CPU time in an idle minute, in milliseconds. */
async function idleCost({ jobs, site, receiver }) {
  const product = await startProduct();
  try {
    await withDatabase(product, async (db) => {
      const first = await firstJob(product, { site, receiver });
      await copyJobs(db, { first, count: jobs - 1, at: new Date(Date.now() + 86_400_000) });
    });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const before = cpuMs(product.pid);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    return cpuMs(product.pid) - before;
  } finally {
    await product.stop();
  }
}

async function startLag({ workers, site, receiver }) {
  const product = await startProduct({
    env: { INLET_WORKER_CONCURRENCY: '16', INLET_CONCURRENCY_PER_SITE: '16' },
  });
  const second =
    workers === 2
      ? await startProduct({
          dataDir: product.dataDir,
          port: 4651,
          env: { INLET_ROLE: 'worker', INLET_WORKER_CONCURRENCY: '16', INLET_CONCURRENCY_PER_SITE: '16' },
        })
      : null;
  try {
    return await withDatabase(product, async (db) => {
      const first = await firstJob(product, { site, receiver });
      const at = new Date(Date.now() + 15_000);
      await copyJobs(db, { first, count: AT_ONCE, at });
      const runs = db.collection('runs');
      const filter = { scheduledFor: at };
      while ((await runs.countDocuments({ ...filter, finishedAt: { $ne: null } })) < AT_ONCE) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        if (Date.now() > at.getTime() + 300_000) throw new Error('the runs did not end within five minutes');
      }
      const found = await runs.find(filter).project({ jobId: 1, startedAt: 1 }).toArray();
      const lags = found.map(({ startedAt }) => startedAt - at).sort((a, b) => a - b);
      const quantile = (share) => `${(lags[Math.floor(lags.length * share)] / 1000).toFixed(2)} s`;
      const twice = found.length - new Set(found.map(({ jobId }) => jobId)).size;
      return [workers, quantile(0.5), quantile(0.99), found.length, twice];
    });
  } finally {
    await second?.stop();
    await product.stop();
  }
}

/** Creates one job over the API. Its copies are made in the database: 100,000 requests would measure HTTP. */
async function firstJob({ client }, { site, receiver }) {
  const template = await client.templates.create({
    code: 'bench',
    name: 'Bench',
    columns: [{ key: 'title', name: 'Title' }],
    destination: { url: `${receiver.url}/rows` },
  });
  const { job } = await client.importJobs.create({
    templateId: template.id,
    externalUserId: 'bench',
    label: 'Bench',
    source: { kind: 'url', url: `${site.url}/small` },
    recordPath: '/rss/channel/item',
    mapping: [{ column: 'title', path: 'title' }],
    schedule: { kind: 'days', time: '00:00' },
  });
  return job.id;
}

async function copyJobs(db, { first, count, at }) {
  const job = await db.collection('import_jobs').findOne({ _id: first });
  const entry = await db.collection('work').findOne({ name: 'import.run', 'data.jobId': first });
  const { _id, ...work } = entry;
  for (let start = 0; start < count; start += 1000) {
    const ids = Array.from(
      { length: Math.min(1000, count - start) },
      (_, index) => `${first.slice(0, -7)}${String(start + index).padStart(7, '0')}`,
    );
    await db.collection('import_jobs').insertMany(ids.map((id) => ({ ...job, _id: id, nextRunAt: at })));
    await db
      .collection('work')
      .insertMany(ids.map((id) => ({ ...work, nextRunAt: at, data: { ...work.data, jobId: id, key: id } })));
  }
}

async function withDatabase(product, use) {
  const server = await startEmbeddedMongo({ dataDir: product.dataDir });
  const client = await MongoClient.connect(server.uri);
  try {
    return await use(client.db());
  } finally {
    await client.close();
    await server.close();
  }
}
