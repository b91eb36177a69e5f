import { type Identity, isFinished, type WebhookEvent } from '@inlet/contracts';
import {
  createGate,
  createMemoryQueue,
  type FeedItem,
  interceptOperations,
  type MemoryQueue,
} from '@inlet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Context,
  createWorkHandlers,
  discardHeldRun,
  type Job,
  type Run,
  type RunRef,
  releaseHeldRun,
} from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());

const LATER_MS = 120_000;
/** More than any decided run has. */
const MAX_STEPS = 60;

type Choice =
  | {
      readonly action: 'release';
      readonly removals: 'send' | 'skip';
      readonly identifyBy?: Identity | undefined;
    }
  | { readonly action: 'discard' };

interface Seen {
  readonly where: string;
  readonly job: Job;
  readonly run: Run;
  /** The rows that arrived, each with the ids of its deliveries. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** The other events that arrived, each as its type and id. */
  readonly events: readonly string[];
}

const items = (from: number, to: number): FeedItem[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    guid: `${from + index}`,
    title: `T${from + index}`,
  }));

function received() {
  const rows: Record<string, string[]> = {};
  const events = new Set<string>();
  for (const { headers, json } of bench.receiver.requests) {
    const event = json as WebhookEvent;
    const id = String(headers['webhook-id']);
    if (event.type !== 'import.records') {
      events.add(`${event.type} ${id}`);
      continue;
    }
    for (const { change, rowKey, values } of event.data.rows) {
      const name = `${change} ${values?.title ?? rowKey}`;
      rows[name] = [...new Set([...(rows[name] ?? []), id])];
    }
  }
  return { rows, events: [...events].sort() };
}

/** Items whose ids change from fetch to fetch. */
const renamed = (from: number, to: number): FeedItem[] =>
  items(from, to).map(({ guid, title }) => ({ guid: `new ${guid}`, title }));

/** A run that is held because 3 of 4 items are missing; item 5 is new. */
const holdMissing = () => holdRun(items(1, 4), [...items(1, 1), ...items(5, 5)]);
/** A run that is held because all items have new ids. Then item 4 leaves and item 5 comes. */
async function holdChurned(): Promise<RunRef & { jobId: string }> {
  const held = await holdRun(items(1, 4), renamed(1, 4));
  bench.setFeed([...renamed(1, 3), ...renamed(5, 5)]);
  return held;
}

async function holdRun(
  before: readonly FeedItem[],
  after: readonly FeedItem[],
): Promise<RunRef & { jobId: string }> {
  bench.setFeed(before);
  const job = await bench.makeJob({ changeDetection: { removed: true } });
  await bench.runNow(job.id);
  bench.setFeed(after);
  const { id: runId } = await bench.runNow(job.id);
  bench.receiver.clear();
  return { projectId: bench.caller.projectId, runId, jobId: job.id };
}

const decide = (context: Context, runId: string, choice: Choice) =>
  choice.action === 'release'
    ? releaseHeldRun(context, bench.caller, {
        runId,
        reason: 'fine',
        removals: choice.removals,
        identifyBy: choice.identifyBy,
      })
    : discardHeldRun(context, bench.caller, { runId, reason: 'broken' });

/**
 * Decides a held run and carries the decision out in a process that stops before its `step`th operation; other
 * processes go on after its leases have expired. Returns whether it was done before that operation.
 */
async function play(choice: Choice, step: number, check: (seen: Seen) => void): Promise<boolean> {
  const isRepair = choice.action === 'release' && choice.identifyBy !== undefined;
  const { runId, projectId, jobId } = await (isRepair ? holdChurned() : holdMissing());
  const queue = createMemoryQueue();
  const context: Context = { ...bench.context, queue };
  let [steps, where] = [0, 'nowhere'];
  const [reached, thaw] = [createGate(), createGate()];
  const mortal = interceptOperations(context, async (name, proceed) => {
    steps += 1;
    if (steps === step) where = `before ${name}, step ${step}`;
    if (steps < step) return proceed();
    reached.open();
    await thaw.opened;
    return proceed();
  });
  const carryOut = async () => {
    await decide(mortal, runId, choice);
    await createWorkHandlers(mortal).run({ projectId, runId }, workOptions());
  };
  const first = carryOut().catch(() => {});
  const isComplete = await Promise.race([first.then(() => true), reached.opened.then(() => false)]);
  const afterwards: Context = { ...context, now: bench.later(LATER_MS).now };
  await goOn(afterwards, queue);
  // A person whose request was not answered repeats it: somebody may have decided already.
  await decide(afterwards, runId, choice).catch(() => {});
  await goOn(afterwards, queue);
  const look = async (when: string): Promise<Seen> => ({
    where: `${when} ${where}`,
    job: await bench.storedJob(jobId),
    run: await bench.storedRun(runId),
    ...received(),
  });
  check(await look('dead'));
  thaw.open();
  await first;
  await goOn(afterwards, queue);
  check(await look('late'));
  expect((await bench.runsOf(jobId)).filter(({ outcome }) => !isFinished(outcome))).toEqual([]);
  return isComplete;
}

async function goOn(context: Context, queue: MemoryQueue): Promise<void> {
  const muchLater: Context = { ...context, now: bench.later(3 * LATER_MS).now };
  const handlers = createWorkHandlers(muchLater);
  await handlers.maintain(workOptions());
  await queue.runDue(handlers, muchLater.now);
}

const CASES: readonly [string, Choice, Omit<Seen, 'where' | 'job' | 'run'>, object, object][] = [
  [
    'a release',
    { action: 'release', removals: 'send' },
    {
      rows: {
        'created T5': [expect.any(String)],
        ...Object.fromEntries([1, 2, 3].map((number) => [`removed ${number}`, [expect.any(String)]])),
      },
      events: [
        expect.stringMatching(/^import\.completed dlv_/),
        expect.stringMatching(/^import\.released dlv_/),
      ],
    },
    { outcome: 'succeeded', counts: { removed: 3, batches: 2 } },
    { knownItems: 2 },
  ],
  [
    'a release without removals',
    { action: 'release', removals: 'skip' },
    {
      rows: { 'created T5': [expect.any(String)] },
      events: [
        expect.stringMatching(/^import\.completed dlv_/),
        expect.stringMatching(/^import\.released dlv_/),
      ],
    },
    { outcome: 'succeeded', counts: { removed: 0, batches: 1 } },
    { knownItems: 5 },
  ],
  ...(['send', 'skip'] as const).map((removals): (typeof CASES)[number] => [
    `a release with another identity that ${removals === 'send' ? 'sends' : 'skips'} removals`,
    { action: 'release', removals, identifyBy: { by: 'columns', columns: ['title'] } },
    {
      rows: {
        'created T5': [expect.any(String)],
        ...Object.fromEntries([1, 2, 3].map((number) => [`rekeyed ${number}`, [expect.any(String)]])),
        ...(removals === 'send' && { 'removed 1': [expect.any(String)] }),
      },
      events: [
        expect.stringMatching(/^import\.completed dlv_/),
        expect.stringMatching(/^import\.released dlv_/),
      ],
    },
    { outcome: 'succeeded', counts: { rekeyed: 3, created: 1, updated: 0 } },
    { knownItems: removals === 'send' ? 4 : 5, identity: { by: 'columns', columns: ['title'] } },
  ]),
  [
    'a discard',
    { action: 'discard' },
    { rows: {}, events: [expect.stringMatching(/^import\.discarded dlv_/)] },
    { outcome: 'cancelled' },
    { knownItems: 4 },
  ],
];

/** The keys of removed and rekeyed rows, which are digests, become their numbers. */
function numbered(rows: Seen['rows']): Seen['rows'] {
  const numbers: Record<string, number> = { removed: 0, rekeyed: 0 };
  return Object.fromEntries(
    Object.entries(rows).map(([name, ids]) => {
      const [change = ''] = name.split(' ');
      const number = numbers[change];
      if (number === undefined) return [name, ids];
      numbers[change] = number + 1;
      return [`${change} ${number + 1}`, ids];
    }),
  );
}

test.each(CASES)(
  'a process that dies or is late at any step of %s loses and repeats nothing',
  { timeout: 240_000 },
  async (_, choice, { rows, events }, run, job) => {
    for (let step = 1; step < MAX_STEPS; step += 1) {
      const isComplete = await play(choice, step, (seen) => {
        expect(numbered(seen.rows), seen.where).toEqual(rows);
        expect(seen.events, seen.where).toEqual(events);
        expect(seen.run, seen.where).toMatchObject({ ...run, decision: { action: choice.action } });
        expect(seen.job, seen.where).toMatchObject({ ...job, activeRunId: null, heldRunId: null });
      });
      if (!isComplete) continue;
      expect(step).toBeGreaterThan(10);
      return;
    }
    throw new Error('the run never ended');
  },
);
