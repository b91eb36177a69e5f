import { isFinished, type WebhookEvent } from '@inlet/contracts';
import {
  createGate,
  createMemoryQueue,
  type FeedRoute,
  interceptOperations,
  type MemoryQueue,
  rssFeed,
} from '@inlet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Context, createWorkHandlers, type Job, type Run, type WorkResult } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());

const TITLES = ['a', 'b', 'c'];
const LATER_MS = 120_000;
/** More than any run has. */
const MAX_STEPS = 60;

/** How a job is set up, and what must be true of it in the end, whichever worker died when. */
interface Scenario {
  readonly by: 'schedule' | 'person';
  readonly feed: FeedRoute;
  readonly guardRails?: object;
  /** The receiver's response to a batch with this number; default 200. */
  readonly statusOf?: (batch: number) => number;
  readonly rowsPerBatch?: number;
  readonly check: (seen: Seen) => void;
}

interface Seen {
  readonly where: string;
  readonly job: Job;
  readonly runs: readonly Run[];
  readonly isTickQueued: boolean;
  /** The titles that arrived, each with the ids of its deliveries. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** The closing events that arrived, each as its type and id. */
  readonly closing: readonly string[];
}

function received() {
  const rows: Record<string, string[]> = {};
  const closing = new Set<string>();
  for (const { headers, json } of bench.receiver.requests) {
    const event = json as WebhookEvent;
    const id = String(headers['webhook-id']);
    if (event.type === 'import.records') {
      for (const { values } of event.data.rows) {
        const title = String(values?.title);
        rows[title] = [...new Set([...(rows[title] ?? []), id])];
      }
    } else closing.add(`${event.type} ${id}`);
  }
  return { rows, closing: [...closing] };
}

/**
 * Executes a run whose worker stops before its `step`th operation, is taken over when its lease has expired, and then
 * continues. `isComplete` says that the worker ended the run before that operation.
 */
async function play(scenario: Scenario, step: number): Promise<{ isComplete: boolean }> {
  const { projectId } = bench.caller;
  bench.receiver.clear();
  bench.receiver.answerWith(({ json }) => {
    const event = json as WebhookEvent;
    const isRefused = event.type === 'import.records' && scenario.statusOf !== undefined;
    return { status: isRefused ? scenario.statusOf(event.data.batch.number) : 200 };
  });
  const { rowsPerBatch = 1000 } = scenario;
  const { id: templateId } = await bench.makeTemplate({
    destination: { url: bench.receiver.url, rowsPerBatch },
  });
  bench.site.route('/feed.xml', scenario.feed);
  const { id: jobId, externalUserId } = await bench.makeJob({
    templateId,
    overlap: 'queue',
    guardRails: { pauseAfterFailures: 1, ...scenario.guardRails },
  });
  const queue = createMemoryQueue();
  const context: Context = { ...bench.context, queue };
  const tick = { projectId, jobId, externalUserId };
  const makeDue = () => bench.changeJob(jobId, { nextRunAt: new Date() });

  const run = scenario.by === 'person' ? await bench.startRun(jobId) : null;
  if (!run) await makeDue();
  const handle = (as: Context, isTakenOver: boolean): Promise<WorkResult> => {
    const handlers = createWorkHandlers(as);
    const options = { ...workOptions(), isTakenOver };
    return run ? handlers.run(run, options) : handlers.tick(tick, options);
  };

  let [steps, where, isTickQueued] = [0, 'nowhere', false];
  const [reached, thaw] = [createGate(), createGate()];
  const mortal = interceptOperations(context, async (name, proceed) => {
    steps += 1;
    if (steps === step) where = `before ${name}, step ${step}`;
    if (steps >= step) {
      reached.open();
      await thaw.opened;
      return proceed();
    }
    const result = await proceed();
    if (name !== (run ? 'runs.acquireLease' : 'jobs.setActiveRun')) return result;
    // Another tick comes due as soon as the run is active.
    await makeDue();
    await createWorkHandlers(context).tick(tick, workOptions());
    isTickQueued = true;
    return result;
  });

  const first = handle(mortal, false);
  const isComplete = await Promise.race([first.then(() => true), reached.opened.then(() => false)]);
  const afterwards: Context = { ...context, now: bench.later(LATER_MS).now };
  const takenOver = await handle(afterwards, true);
  if (takenOver && run) await queue.setRun({ ...run, at: takenOver.againAt });
  else if (takenOver) await queue.setTick({ ...tick, at: takenOver.againAt });
  await queue.runDue(createWorkHandlers(afterwards), afterwards.now);

  const look = async (when: string): Promise<Seen> => {
    const runs = (await bench.runsOf(jobId)).filter(isKept);
    return {
      where: `${when} ${where}`,
      job: await bench.storedJob(jobId),
      runs,
      isTickQueued,
      ...received(),
    };
  };
  scenario.check(await look('dead'));
  thaw.open();
  await first;
  await queue.runDue(createWorkHandlers(afterwards), afterwards.now);
  scenario.check(await look('late'));
  await expectNothingLeft(afterwards, { jobId, queue });
  return { isComplete };
}

/** A run that was created for a tick that another worker took is removed later. */
const isKept = ({ outcome }: Run): boolean => isFinished(outcome);

async function expectNothingLeft(
  context: Context,
  { jobId, queue }: { jobId: string; queue: MemoryQueue },
): Promise<void> {
  const muchLater: Context = { ...context, now: bench.later(3 * LATER_MS).now };
  const handlers = createWorkHandlers(muchLater);
  await handlers.maintain(workOptions());
  await queue.runDue(handlers, muchLater.now);
  expect((await bench.runsOf(jobId)).filter((run) => !isKept(run))).toEqual([]);
}

async function playEveryStep(scenario: Scenario): Promise<number> {
  for (let step = 1; step < MAX_STEPS; step += 1) {
    const { isComplete } = await play(scenario, step);
    if (isComplete) return step - 1;
  }
  throw new Error('the run never ended');
}

const feed = { body: rssFeed(TITLES.map((title) => ({ guid: title, title }))) };
const STARTED_BY = ['schedule', 'person'] as const;
const once = Object.fromEntries(TITLES.map((title) => [title, [expect.any(String)]]));

test.each(STARTED_BY)(
  'a worker that dies at any step of a run started by %s loses no row, tick or event',
  {
    timeout: 300_000,
  },
  async (by) => {
    const steps = await playEveryStep({
      by,
      feed,
      check: ({ where, job, runs, isTickQueued, rows, closing }) => {
        expect(rows, where).toEqual(once);
        expect(closing, where).toEqual([expect.stringMatching(/^import\.completed dlv_/)]);
        const all = isTickQueued ? ['unchanged', 'succeeded'] : ['succeeded'];
        expect(
          runs.map(({ outcome }) => outcome),
          where,
        ).toEqual(all);
        expect(job, where).toMatchObject({ activeRunId: null, hasQueuedTick: false, knownItems: 3 });
        expect(job.nextRunAt?.getTime(), where).toBeGreaterThan(Date.now() + LATER_MS);
      },
    });
    expect(steps).toBeGreaterThan(12);
  },
);

/** Ids that repeat: the first run stages the rows on one basis, drops them, and reads the source again on another. */
const repeatedIds = {
  body: rssFeed(TITLES.map((title) => ({ guid: 'same', link: `https://e.example/${title}`, title }))),
};

test.each(STARTED_BY)(
  'a worker that dies at any step of a first run that reads its source twice, started by %s, loses and repeats nothing',
  {
    timeout: 300_000,
  },
  async (by) => {
    const steps = await playEveryStep({
      by,
      feed: repeatedIds,
      check: ({ where, job, runs, isTickQueued, rows, closing }) => {
        expect(rows, where).toEqual(once);
        expect(closing, where).toEqual([expect.stringMatching(/^import\.completed dlv_/)]);
        expect(runs.at(-1), where).toMatchObject({
          outcome: 'succeeded',
          counts: { records: 3, created: 3, duplicates: 0, batches: 1, rowsAcknowledged: 3 },
        });
        expect(runs, where).toHaveLength(isTickQueued ? 2 : 1);
        expect(job, where).toMatchObject({
          activeRunId: null,
          knownItems: 3,
          fetchState: { rowIdentity: { basis: 'link' } },
        });
      },
    });
    expect(steps).toBeGreaterThan(14);
  },
);

test.each(STARTED_BY)(
  'a worker that dies at any step of a failing run started by %s loses and repeats nothing',
  {
    timeout: 300_000,
  },
  async (by) => {
    await playEveryStep({
      by,
      feed: { status: 404 },
      check: ({ where, job, runs, rows, closing }) => {
        expect(rows, where).toEqual({});
        expect(closing, where).toEqual([expect.stringMatching(/^import\.failed dlv_/)]);
        expect(
          runs.map(({ outcome }) => outcome),
          where,
        ).toEqual(['failed']);
        expect(job, where).toMatchObject({
          status: 'paused',
          pausedBecause: { code: 'job_auto_paused' },
          failuresInARow: 1,
          activeRunId: null,
          lastRun: { outcome: 'failed', error: { code: 'source_not_found' } },
        });
      },
    });
  },
);

test.each(STARTED_BY)(
  'a worker that dies or is late at any step of a retracted run started by %s keeps no row as sent',
  {
    timeout: 300_000,
  },
  async (by) => {
    await playEveryStep({
      by,
      feed,
      statusOf: () => 410,
      check: ({ where, job, runs, closing }) => {
        expect(closing, where).toEqual([expect.stringMatching(/^import\.failed dlv_/)]);
        expect(
          runs.map(({ outcome }) => outcome),
          where,
        ).toEqual(['failed']);
        expect(job, where).toMatchObject({
          status: 'paused',
          pausedBecause: { code: 'delivery_gone' },
          activeRunId: null,
          itemStateId: null,
          knownItems: 0,
        });
      },
    });
  },
);

test.each(STARTED_BY)(
  'a worker that dies or is late at any step of a run started by %s knows exactly the rows that were acknowledged before the receiver was gone',
  {
    timeout: 300_000,
  },
  async (by) => {
    await playEveryStep({
      by,
      feed,
      rowsPerBatch: 1,
      statusOf: (batch) => (batch === 1 ? 200 : 410),
      check: ({ where, job, runs, closing }) => {
        expect(closing, where).toEqual([expect.stringMatching(/^import\.failed dlv_/)]);
        const [run] = runs;
        expect([runs.length, run?.outcome], where).toEqual([1, 'failed']);
        const known = run?.counts.rowsAcknowledged ?? 0;
        expect(known, where).toBeLessThanOrEqual(1);
        expect(job, where).toMatchObject({ activeRunId: null, knownItems: known });
        expect(job.itemStateId === null, where).toBe(known === 0);
      },
    });
  },
);
