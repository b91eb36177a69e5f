import { isFinished, type WebhookEvent } from '@inlet/contracts';
import { type Context, createWorkHandlers, type JobQueue, type Run, type WorkResult } from '@inlet/workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ImportBench, rss, startImportBench } from './import-bench.js';

/** Without a worker: the tests are the workers. */
let bench: ImportBench;

beforeAll(async () => {
  bench = await startImportBench({ INLET_ROLE: 'api' });
});
afterAll(() => bench.close());

const TITLES = ['a', 'b', 'c'];
const LATER_MS = 120_000;
/** More than any run has. */
const MOST_STEPS = 60;

function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

type Operation = (...args: unknown[]) => Promise<unknown>;
/** What stands around an operation of the store or the queue: `go` carries it out. */
type Around = (name: string, go: () => Promise<unknown>) => Promise<unknown>;

/** The same context, with all operations of its store and queue under control. */
function controlled(context: Context, around: Around): Context {
  const wrap = <Part extends object>(part: Part, name: string): Part =>
    new Proxy(part, {
      get: (target, operation) => {
        const original = Reflect.get(target, operation) as Operation;
        return (...args: unknown[]) =>
          around(`${name}.${String(operation)}`, () => Reflect.apply(original, target, args));
      },
    });
  const parts = Object.entries(context.store).map(([name, part]) => [
    name,
    typeof part === 'function' ? part : wrap(part, name),
  ]);
  return { ...context, store: Object.fromEntries(parts), queue: wrap(context.queue, 'queue') };
}

/** A queue in memory, of which the test says when it is worked on; the job's tick is held by a worker that dies. */
function queueInMemory() {
  const due = new Map<string, { at: Date; work: (context: Context) => Promise<WorkResult> }>();
  const options = { signal: new AbortController().signal };
  const queue: JobQueue = {
    setTick: async ({ at, ...work }) => {
      due.set('tick', { at, work: (context) => createWorkHandlers(context).tick(work, options) });
    },
    disableTick: async () => {
      due.delete('tick');
    },
    removeTick: async () => {
      due.delete('tick');
    },
    setRun: async ({ at, ...work }) => {
      due.set(`run ${work.runId}`, { at, work: (context) => createWorkHandlers(context).run(work, options) });
    },
    setDelivery: async ({ at, ...work }) => {
      due.set(work.deliveryId, {
        at,
        work: (context) => createWorkHandlers(context).delivery(work, options),
      });
    },
  };
  /** Works on all that is due by now, and on what comes of that. */
  const workAll = async (context: Context) => {
    const next = () => [...due].find(([, { at }]) => at <= context.now());
    for (let entry = next(); entry; entry = next()) {
      const [key, { work }] = entry;
      due.delete(key);
      const result = await work(context);
      if (result && !due.has(key)) due.set(key, { at: result.againAt, work });
    }
  };
  return { queue, workAll };
}

/** How a job is set up, and what is to be true of it in the end, whoever died when. */
interface Scenario {
  /** Who asks for the run. */
  readonly by: 'schedule' | 'person';
  readonly feed: Parameters<ImportBench['site']['route']>[1];
  readonly guardRails?: object;
  /** Of the receiver, to batches. */
  readonly status?: number;
  readonly check: (seen: Seen) => void;
}

interface Seen {
  readonly where: string;
  readonly job: Awaited<ReturnType<Context['store']['jobs']['get']>>;
  readonly runs: readonly Run[];
  readonly isTickQueued: boolean;
  /** Titles with the ids of the deliveries that brought them. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** Closing events, each as its type and id. */
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
 * A run whose worker stands still for ever before its `step`th operation, and is taken over when its lease
 * has passed; then comes to life again. Gives how many operations there were until the worker stood still.
 */
async function play(scenario: Scenario, step: number): Promise<{ isOver: boolean }> {
  const { projectId } = bench.project;
  bench.receiver.clear();
  bench.receiver.answerWith(({ json }) => {
    const isBatch = (json as WebhookEvent).type === 'import.records';
    return { status: isBatch ? (scenario.status ?? 200) : 200 };
  });
  bench.site.route('/feed.xml', scenario.feed);
  const { id: jobId, externalUserId } = await bench.makeJob({
    overlap: 'queue',
    guardRails: { pauseAfterFailures: 1, ...scenario.guardRails },
  });
  const { queue, workAll } = queueInMemory();
  const context: Context = { ...bench.inlet.context, queue };
  const { jobs, runs } = context.store;
  const work = { projectId, jobId, externalUserId };
  const makeDue = () =>
    jobs.change(projectId, jobId, { changes: { nextRunAt: new Date() }, now: new Date() });
  const options = { signal: new AbortController().signal };

  const run = scenario.by === 'person' ? await startRun(jobId) : null;
  if (!run) await makeDue();
  const handle = (as: Context, isTakenOver: boolean): Promise<WorkResult> => {
    const handlers = createWorkHandlers(as);
    if (run) return handlers.run({ projectId, runId: run }, { ...options, isTakenOver });
    return handlers.tick(work, { ...options, isTakenOver });
  };

  let [steps, where, isTickQueued] = [0, 'nowhere', false];
  const [reached, thaw] = [gate(), gate()];
  const mortal = controlled(context, async (name, go) => {
    steps += 1;
    if (steps === step) where = `before ${name}, step ${step}`;
    if (steps >= step) {
      reached.open();
      await thaw.opened;
      return go();
    }
    const result = await go();
    if (name !== (run ? 'runs.acquireLease' : 'jobs.setActiveRun')) return result;
    // Another tick falls into the run as soon as there is one.
    await makeDue();
    await createWorkHandlers(context).tick(work, options);
    isTickQueued = true;
    return result;
  });

  const first = handle(mortal, false);
  const isOver = await Promise.race([first.then(() => true), reached.opened.then(() => false)]);
  const afterwards: Context = { ...context, now: () => new Date(Date.now() + LATER_MS) };
  const takenOver = await handle(afterwards, true);
  if (takenOver && run) await queue.setRun({ projectId, runId: run, at: takenOver.againAt });
  else if (takenOver) await queue.setTick({ ...work, at: takenOver.againAt });
  await workAll(afterwards);

  const look = async (when: string): Promise<Seen> => {
    const { items } = await runs.listOfJob(projectId, { jobId, limit: 10 });
    const job = await jobs.get(projectId, jobId);
    return { where: `${when} ${where}`, job, runs: items.filter(isKept), isTickQueued, ...received() };
  };
  scenario.check(await look('dead'));
  thaw.open();
  await first;
  await workAll(afterwards);
  scenario.check(await look('late'));
  await leavesNothing(afterwards, { jobId, workAll });
  return { isOver };
}

/** One that was made for a tick that somebody else took is not told of, and goes. */
const isKept = ({ outcome }: Run): boolean => isFinished(outcome);

async function startRun(jobId: string): Promise<string> {
  const { json } = await bench.call('POST', `/v1/import-jobs/${jobId}/run`, { body: {} });
  return json.id;
}

async function leavesNothing(
  context: Context,
  { jobId, workAll }: { jobId: string; workAll: (context: Context) => Promise<void> },
): Promise<void> {
  const { projectId } = bench.project;
  const muchLater: Context = { ...context, now: () => new Date(Date.now() + 3 * LATER_MS) };
  await createWorkHandlers(muchLater).maintain({ signal: new AbortController().signal });
  await workAll(muchLater);
  const { items } = await context.store.runs.listOfJob(projectId, { jobId, limit: 10 });
  expect(items.filter((run) => !isKept(run))).toEqual([]);
}

async function playEveryStep(scenario: Scenario): Promise<number> {
  for (let step = 1; step < MOST_STEPS; step += 1) {
    const { isOver } = await play(scenario, step);
    if (isOver) return step - 1;
  }
  throw new Error('the run never came to its end');
}

const feed = { body: rss(TITLES.map((title) => ({ guid: title, title }))) };
const ASKED_BY = ['schedule', 'person'] as const;
const once = Object.fromEntries(TITLES.map((title) => [title, [expect.any(String)]]));

test.each(ASKED_BY)(
  'a worker that dies at any step of a run that %s asked for loses no row, tick or event',
  {
    timeout: 120_000,
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
        expect(job?.nextRunAt?.getTime(), where).toBeGreaterThan(Date.now() + LATER_MS);
      },
    });
    expect(steps).toBeGreaterThan(12);
  },
);

test.each(ASKED_BY)(
  'a worker that dies at any step of a run that %s asked for and that fails loses and repeats nothing',
  {
    timeout: 120_000,
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

test.each(ASKED_BY)(
  'where rows of a run that %s asked for are taken back, a worker that dies or comes late lets none count',
  {
    timeout: 120_000,
  },
  async (by) => {
    await playEveryStep({
      by,
      feed,
      status: 410,
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
