import { projectSecretsSchema, webhookEventSchema } from '@inlet/contracts';
import {
  cliProcesses,
  FAR_AWAY,
  type FeedServer,
  type Receiver,
  type Serving,
  startFeedServer,
  startReceiver,
  waitFor,
} from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';
import type { Context } from '@inlet/workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../src/config.js';
import { createLogger } from '../src/logger.js';
import { type OpenContext, openContext } from '../src/open-context.js';
import { jobInput, rssOf, templateInput } from './example-import.js';

const JOBS = 40;
const ITEMS = 25;

const database = testDatabase();
const processes = cliProcesses(() => database.environment);
let servers: readonly Serving[];
let site: FeedServer;
let receiver: Receiver;
/** On the same database, to make jobs due as their schedule would. */
let opened: OpenContext;

beforeAll(async () => {
  [site, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
  servers = [await processes.serve(), await processes.serve({ INLET_ROLE: 'worker' })];
  const config = readConfig({ ...database.environment, LOG_LEVEL: 'silent' });
  opened = await openContext({ config, version: '0.0.0-test', log: createLogger({ level: 'silent' }) });
});
afterAll(async () => {
  await opened.close();
  await processes.kill();
  await Promise.all([site.close(), receiver.close(), database.forget()]);
});

async function makeJobs(): Promise<{ projectId: string; jobIds: readonly string[] }> {
  const { out } = await processes.output(['project', 'create', '--name', 'Shop', '--json']);
  const { projectId, secretKey } = projectSecretsSchema.parse(JSON.parse(out));
  const post = async (path: string, body: object) => {
    const response = await fetch(`${servers[0]?.address}${path}`, {
      method: 'POST',
      headers: { accesskey: secretKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const template = await post('/v1/templates', templateInput({ destination: { url: receiver.url } }));
  const jobIds: string[] = [];
  for (let job = 0; job < JOBS; job += 1) {
    const items = Array.from({ length: ITEMS }, (_, index) => ({ id: `${index}`, title: `${job}-${index}` }));
    const url = site.route(`/${job}.rss`, { body: rssOf(items) });
    const created = await post('/v1/import-jobs', jobInput(template.id, url, { schedule: FAR_AWAY }));
    jobIds.push(created.job.id);
  }
  return { projectId, jobIds };
}

async function makeDue(
  { store, queue }: Context,
  { projectId, jobIds, at }: { projectId: string; jobIds: readonly string[]; at: Date },
): Promise<void> {
  for (const jobId of jobIds) {
    const changed = await store.jobs.change(
      { projectId, jobId },
      { changes: { nextRunAt: at }, now: new Date() },
    );
    const { externalUserId = '' } = changed ?? {};
    await queue.setTick({ projectId, jobId, externalUserId, at });
  }
}

test('two server processes on one database run each of forty jobs that are due at once exactly once', {
  timeout: 180_000,
}, async () => {
  const { projectId, jobIds } = await makeJobs();
  await makeDue(opened.context, { projectId, jobIds, at: new Date(Date.now() + 3000) });
  const { store } = opened.context;
  const jobs = () => Promise.all(jobIds.map((jobId) => store.jobs.get({ projectId, jobId })));
  const done = async () => (await jobs()).filter((job) => job?.lastRun && !job.activeRunId).length;
  for (let count = 0; count < JOBS; ) count = await waitFor(done, (now) => now > count);

  const events = () => receiver.requests.map(({ json }) => webhookEventSchema.parse(json));
  await waitFor(
    () => events().filter(({ type }) => type === 'import.completed').length,
    (count) => count >= JOBS,
  );
  for (const jobId of jobIds) {
    const { items: runs } = await store.runs.listOfJob({ projectId, jobId }, { limit: 10 });
    expect(runs).toMatchObject([{ trigger: 'schedule', outcome: 'succeeded', attempt: 1, skippedTicks: 0 }]);
  }
  const titles = events().flatMap((event) =>
    event.type === 'import.records' ? event.data.rows.map(({ values }) => String(values?.title)) : [],
  );
  expect(titles).toHaveLength(JOBS * ITEMS);
  expect(new Set(titles).size).toBe(JOBS * ITEMS);
  const runsIn = () => servers.map(({ lines }) => lines.filter(({ msg }) => msg === 'run ended').length);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  await waitFor(runsIn, (counts) => sum(counts) >= JOBS);
  expect(sum(runsIn()), `by process: ${runsIn()}`).toBe(JOBS);
});
