import { createGate, interceptOperations, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newLease, ownerOf, type RunLease, RunStopped, withRunLease } from '../src/execution/run-lease.js';
import { type Context, cancelRun, type Run } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;
let run: Run;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  const { id } = await bench.makeJob();
  run = await acquire(bench.context, (await bench.startRun(id)).runId);
});

async function acquire(context: Context, runId: string): Promise<Run> {
  const { leaseOwner: owner, leaseUntil } = newLease(context);
  const options = { owner, now: context.now(), leaseUntil };
  const acquired = await context.store.runs.acquireLease(
    { projectId: bench.caller.projectId, runId },
    options,
  );
  if (!acquired) throw new Error('the run is leased');
  return acquired;
}

const stored = () => bench.storedRun(run.id);
const neverStopped = () => new AbortController().signal;
const withLease = <Result>(body: (lease: RunLease) => Promise<Result>, context = bench.context) =>
  withRunLease(context, { run, stopSignal: neverStopped() }, body);

/** Resolves with the reason for which an execution must stop. */
const stopReason = ({ signal }: RunLease) =>
  new Promise<RunStopped['reason']>((resolve) => {
    const report = () => resolve((signal.reason as RunStopped).reason);
    if (signal.aborted) report();
    else signal.addEventListener('abort', report);
  });

test('saved changes are stored at once and renew the lease', async () => {
  await withLease(async (lease) => {
    await lease.save({ phase: 'ingest' });
    expect(lease.run.phase).toBe('ingest');
  }, bench.later(1000));
  const after = await stored();
  expect(after.phase).toBe('ingest');
  expect(after.leaseUntil!.getTime()).toBeGreaterThan(run.leaseUntil!.getTime());
});

test('noted changes are visible at once and stored with the next renewal', async () => {
  await withLease(async (lease) => {
    lease.note({ phase: 'guard' });
    expect(lease.run.phase).toBe('guard');
    expect((await stored()).phase).toBe('waiting');
    await waitFor(stored, ({ phase }) => phase === 'guard');
  });
});

test('noted changes are stored together with the next saved ones, which win', async () => {
  await withLease(async (lease) => {
    lease.note({ phase: 'guard', failedFetches: 1 });
    await lease.save({ phase: 'release' });
    expect(await stored()).toMatchObject({ phase: 'release', failedFetches: 1 });
  });
});

test('an execution whose run was taken over stops and cannot change it', async () => {
  await withLease(async (lease) => {
    await acquire(bench.later(120_000), run.id);
    await expect(lease.save({ phase: 'guard' })).rejects.toMatchObject({ reason: 'lost' });
    expect(lease.signal.reason).toBeInstanceOf(RunStopped);
  });
  expect((await stored()).phase).toBe('waiting');
});

test('an execution notices at a renewal that its run was taken over', async () => {
  await withLease(async (lease) => {
    await acquire(bench.later(120_000), run.id);
    expect(await stopReason(lease)).toBe('lost');
  });
});

test('an execution notices at a renewal that somebody cancelled the run', async () => {
  await withLease(async (lease) => {
    await cancelRun(bench.context, bench.caller, { runId: run.id });
    expect(await stopReason(lease)).toBe('cancelled');
  });
});

test('an execution of a run that was cancelled before stops at once', async () => {
  run = { ...run, isCancelRequested: true };
  await withLease(async (lease) => {
    expect(lease.signal.reason).toMatchObject({ reason: 'cancelled' });
  });
});

test('an execution stops when its worker is asked to stop, before it or during it', async () => {
  const worker = new AbortController();
  const options = { run, stopSignal: worker.signal };
  await withRunLease(bench.context, options, async (lease) => {
    worker.abort();
    expect(await stopReason(lease)).toBe('stopping');
  });
  await withRunLease(bench.context, options, async (lease) => {
    expect(await stopReason(lease)).toBe('stopping');
  });
});

test('failing renewals are logged once, and their changes are stored when the store is back', async () => {
  let isAway = true;
  let failures = 0;
  const unreliable = interceptOperations(bench.context, async (name, proceed) => {
    if (name !== 'runs.update' || !isAway) return proceed();
    failures += 1;
    throw new Error('away');
  });
  const before = bench.logged.length;
  await withLease(async (lease) => {
    lease.note({ phase: 'guard' });
    await waitFor(
      () => failures,
      (count) => count >= 2,
    );
    expect(lease.run.phase).toBe('guard');
    isAway = false;
    await waitFor(stored, ({ phase }) => phase === 'guard');
  }, unreliable);
  expect(bench.logged.slice(before)).toEqual([
    { level: 'warn', message: 'failed to renew the lease of a run' },
  ]);
});

test('changes are stored one after the other, and all before the lease is given up', async () => {
  const gate = createGate();
  const order: unknown[] = [];
  const slow = interceptOperations(bench.context, async (name, proceed, args) => {
    if (name !== 'runs.update') return proceed();
    const { changes } = args[1] as { changes: Partial<Run> };
    if (order.length === 0) await gate.opened;
    order.push(changes.failedFetches);
    return proceed();
  });
  await withLease(async (lease) => {
    const saves = [1, 2, 3].map((failedFetches) => lease.save({ failedFetches }));
    gate.open();
    await Promise.all(saves);
  }, slow);
  expect(order).toEqual([1, 2, 3]);
  expect((await stored()).failedFetches).toBe(3);
});

test('each lease has its own owner', () => {
  const owners = [newLease(bench.context), newLease(bench.context)].map(({ leaseOwner }) => leaseOwner);
  expect(owners[0]).toMatch(/^bench\/[0-9a-f]{16}$/);
  expect(owners[0]).not.toBe(owners[1]);
});

test('a run without a lease has no owner', () => {
  expect(() => ownerOf({ ...run, leaseOwner: null })).toThrow('not leased');
});
