import { NO_COUNTS } from '@inlet/contracts';
import type { Run, RunChanges } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { FETCHED, makeJob, makeRun, SECRETS } from './model-fixtures.js';
import { INVALID_CURSORS, readAllPages } from './read-all-pages.js';
import { at, type Suite } from './store-under-test.js';

const DECISION = {
  action: 'release',
  removals: 'skip',
  identifyBy: null,
  reason: 'It is $right.',
  by: { kind: 'user', externalUserId: 'a.b' },
  at: '2026-01-05T09:00:00.000Z',
} as const;

export const describeRuns = (suite: Suite): void => {
  describe('runs', () => {
    const insert = async (change: Partial<Run> = {}): Promise<Run> => {
      const run = makeRun(suite, change);
      await suite.store().runs.insert(run);
      return run;
    };
    const reload = ({ projectId, id }: Run) => suite.store().runs.get({ projectId, runId: id });
    const acquireLease = ({ projectId, id }: Run, owner: string, now: number) =>
      suite
        .store()
        .runs.acquireLease({ projectId, runId: id }, { owner, now: at(now), leaseUntil: at(now + 60) });

    it('returns a run unchanged', async () => {
      const run = await insert({
        counts: { ...NO_COUNTS, bytes: 5_000_000_000, issues: 3 },
        held: {
          rule: 'removed',
          counts: { affected: 3, total: 4 },
          limit: 30,
          examples: ['a.b', '$c'],
          message: 'Missing',
          repair: { identifyBy: { by: 'columns', columns: ['a.b'] } },
        },
        decision: DECISION,
        decisionDeliveryId: suite.newId('dlv'),
        replacedBy: suite.newId('run'),
        warnings: [
          {
            code: 'csv_row_long',
            message: 'Odd',
            variant: 'wide',
            parameters: { width: 3, 'a.b': '$c' },
            line: 3,
            column: 1,
          },
          { code: 'csv_row_long', message: 'No place' },
        ],
        error: { code: 'source_gone', title: 'Gone', help: 'Look' },
        sample: [{ rowKey: 'a', values: { 'a.b': null, $c: [1] } }],
        fetchStateAfter: FETCHED,
        ending: {
          outcome: 'failed',
          counts: { ...NO_COUNTS, batches: 2 },
          error: { code: 'source_gone', title: 'Gone', help: 'Look' },
          fetchState: FETCHED,
          retracts: 'all',
          mustPause: true,
        },
      });
      expect(await reload(run)).toEqual(run);
      expect(JSON.stringify((await reload(run))?.about)).toBe(JSON.stringify(run.about));
    });

    it('keeps the proposal of a dry run sealed until the run ends', async () => {
      const { runs } = suite.store();
      const { source, mapping } = makeJob(suite);
      const proposal = { source, mapping, columns: null };
      const run = await insert({ isDryRun: true, proposal });
      expect(await reload(run)).toEqual(run);
      expect((await acquireLease(run, 'a', 0))?.proposal).toEqual(proposal);
      const advance = (changes: RunChanges) =>
        runs.update({ projectId: run.projectId, runId: run.id }, { owner: 'a', leaseUntil: at(60), changes });
      expect((await advance({ outcome: 'running' }))?.proposal).toEqual(proposal);
      const raw = Buffer.concat(await suite.current().readRaw());
      expect(raw.includes(run.id)).toBe(true);
      expect(Object.values(SECRETS).filter((secret) => raw.includes(secret))).toEqual([]);
      expect((await advance({ outcome: 'succeeded' }))?.proposal).toBeNull();
      expect((await reload(run))?.proposal).toBeNull();
    });

    it('neither returns nor changes a run for another project', async () => {
      const { runs } = suite.store();
      const run = await insert({ leaseOwner: 'a', leaseUntil: at(60) });
      const stranger = suite.newId('prj');
      const changes = { outcome: 'failed' } as const;
      expect(await runs.get({ projectId: stranger, runId: run.id })).toBeNull();
      expect((await runs.listOfJob({ projectId: stranger, jobId: run.jobId }, { limit: 9 })).items).toEqual(
        [],
      );
      expect(
        await runs.acquireLease(
          { projectId: stranger, runId: run.id },
          { owner: 'b', now: at(90), leaseUntil: at(99) },
        ),
      ).toBeNull();
      expect(
        await runs.update(
          { projectId: stranger, runId: run.id },
          { owner: 'a', leaseUntil: at(99), changes },
        ),
      ).toBeNull();
      await runs.endLease({ projectId: stranger, runId: run.id }, { owner: 'a', resumeAt: null });
      expect(await runs.requestCancel({ projectId: stranger, runId: run.id })).toBe(false);
      await runs.replaceCounts(
        { projectId: stranger, runId: run.id },
        { from: run.counts, to: { ...run.counts, records: 1 } },
      );
      await runs.addSkippedTick({ projectId: stranger, runId: run.id });
      await runs.remove({ projectId: stranger, runId: run.id }, { owner: run.leaseOwner });
      await runs.removeOfJob({ projectId: stranger, jobId: run.jobId });
      expect(await reload(run)).toEqual(run);
    });

    it("lists a job's runs in pages, newest first", async () => {
      const { runs } = suite.store();
      const first = await insert();
      const { projectId, jobId } = first;
      const made = [first, await insert({ projectId, jobId }), await insert({ projectId, jobId })];
      await insert({ projectId });
      const pages = await readAllPages((cursor) =>
        runs.listOfJob({ projectId, jobId }, { limit: 2, ...cursor }),
      );
      expect(pages.map((page) => page.length)).toEqual([2, 1]);
      expect(pages.flat()).toEqual(made.toReversed());
    });

    it.each(INVALID_CURSORS)('refuses the cursor %j', async (cursor) => {
      const listing = suite
        .store()
        .runs.listOfJob({ projectId: suite.newId('prj'), jobId: 'job' }, { limit: 2, cursor });
      await expect(listing).rejects.toMatchObject({ code: 'invalid_cursor' });
    });

    it('leases a run to one of two concurrent workers', async () => {
      const run = await insert();
      const results = await Promise.all([acquireLease(run, 'a', 0), acquireLease(run, 'b', 0)]);
      const taken = results.filter((result) => result !== null);
      expect(taken).toEqual([
        {
          ...run,
          leaseOwner: results[0] ? 'a' : 'b',
          leaseUntil: at(60),
          attempt: 1,
          attemptsSinceRequeue: 1,
        },
      ]);
      expect(await reload(run)).toEqual(taken[0]);
    });

    it('leases a run to nobody until its lease has expired, not even to its owner', async () => {
      const run = await insert();
      await acquireLease(run, 'a', 0);
      expect(await acquireLease(run, 'b', 59)).toBeNull();
      expect(await acquireLease(run, 'a', 59)).toBeNull();
      expect(await acquireLease(run, 'b', 60)).toMatchObject({
        leaseOwner: 'b',
        leaseUntil: at(120),
        attemptsSinceRequeue: 2,
      });
    });

    it('numbers attempts of all workers, and never decreases the number', async () => {
      const { runs } = suite.store();
      const run = await insert();
      expect(await acquireLease(run, 'a', 0)).toMatchObject({ attempt: 1 });
      await runs.endLease({ projectId: run.projectId, runId: run.id }, { owner: 'a', resumeAt: null });
      expect(await reload(run)).toMatchObject({ attempt: 1 });
      expect(await acquireLease(run, 'b', 1)).toMatchObject({ attempt: 2 });
      expect(await acquireLease(run, 'c', 2)).toBeNull();
      expect(await acquireLease(run, 'c', 100)).toMatchObject({ attempt: 3 });
      const changes = { attemptsSinceRequeue: 0, stagedAttempt: 3 } as const;
      const saved = await runs.update(
        { projectId: run.projectId, runId: run.id },
        { owner: 'c', leaseUntil: at(200), changes },
      );
      expect(saved).toMatchObject({ attempt: 3, stagedAttempt: 3 });
    });

    it('tells a worker that its run was taken over', async () => {
      const { runs } = suite.store();
      const run = await insert();
      await acquireLease(run, 'a', 0);
      await acquireLease(run, 'b', 60);
      const late = { owner: 'a', leaseUntil: at(200), changes: { phase: 'done' } } as const;
      expect(await runs.update({ projectId: run.projectId, runId: run.id }, late)).toBeNull();
      await runs.endLease({ projectId: run.projectId, runId: run.id }, { owner: 'a', resumeAt: at(1) });
      expect(await reload(run)).toMatchObject({ leaseOwner: 'b', leaseUntil: at(120), phase: 'waiting' });
    });

    it('applies changes and renews the lease, even if it has expired and nobody took over', async () => {
      const { runs } = suite.store();
      const run = await insert();
      await acquireLease(run, 'a', 0);
      const changes = {
        outcome: 'running',
        phase: 'ingest',
        startedAt: at(100),
        counts: { ...NO_COUNTS, records: 5 },
        sample: [{ 'a.b': 1 }],
        fetchStateAfter: FETCHED,
      } as const;
      const advanced = await runs.update(
        { projectId: run.projectId, runId: run.id },
        { owner: 'a', leaseUntil: at(160), changes },
      );
      expect(advanced).toEqual({
        ...run,
        ...changes,
        leaseOwner: 'a',
        leaseUntil: at(160),
        attempt: 1,
        attemptsSinceRequeue: 1,
      });
      expect(await reload(run)).toEqual(advanced);
    });

    it('ends a run permanently; repeating it changes nothing', async () => {
      const { runs } = suite.store();
      const run = await insert();
      await acquireLease(run, 'a', 0);
      const changes = { outcome: 'succeeded', phase: 'done', finishedAt: at(9) } as const;
      const end = { owner: 'a', leaseUntil: at(70), changes };
      const ended = await runs.update({ projectId: run.projectId, runId: run.id }, end);
      expect(ended).toMatchObject(changes);
      expect(await runs.update({ projectId: run.projectId, runId: run.id }, end)).toEqual(ended);
      expect(await acquireLease(run, 'b', 1000)).toBeNull();
      expect(await runs.requestCancel({ projectId: run.projectId, runId: run.id })).toBe(false);
      expect((await reload(run))?.isCancelRequested).toBe(false);
    });

    it('can be leased by another worker as soon as its lease was ended', async () => {
      const { runs } = suite.store();
      const run = await insert();
      await acquireLease(run, 'a', 0);
      await runs.endLease({ projectId: run.projectId, runId: run.id }, { owner: 'a', resumeAt: at(30) });
      expect(await reload(run)).toEqual({ ...run, attempt: 1, attemptsSinceRequeue: 1, resumeAt: at(30) });
      expect(await acquireLease(run, 'b', 1)).toMatchObject({
        leaseOwner: 'b',
        attemptsSinceRequeue: 2,
        resumeAt: at(30),
      });
    });

    it('accepts one of two decisions about a held run, which a worker can lease then', async () => {
      const { runs } = suite.store();
      const run = await insert({ outcome: 'held', phase: 'done', finishedAt: at(1) });
      const ref = { projectId: run.projectId, runId: run.id };
      expect(await acquireLease(run, 'a', 0)).toBeNull();
      const decide = (reason: string) => {
        const ids = { decisionDeliveryId: suite.newId('dlv'), closingDeliveryId: suite.newId('dlv') };
        return runs.decide(ref, { decision: { ...DECISION, reason }, ...ids, now: at(5) });
      };
      const [one, other] = await Promise.all([decide('one'), decide('other')]);
      expect([one, other].filter((decided) => decided === null)).toHaveLength(1);
      const decided = one ?? other;
      expect(decided).toMatchObject({
        outcome: 'running',
        phase: 'release',
        resumeAt: at(5),
        finishedAt: null,
      });
      expect(decided?.closingDeliveryId).not.toBe(run.closingDeliveryId);
      expect(await runs.cancelHeld(ref, { replacedBy: null })).toBe(false);
      expect(await acquireLease(run, 'a', 6)).toMatchObject({ decision: decided?.decision });
    });

    it('begins a run from its source that is released with another identity for its job', async () => {
      const { projectId, id: runId } = await insert({
        outcome: 'held',
        phase: 'done',
        counts: { ...NO_COUNTS, records: 3 },
        warnings: [{ code: 'csv_row_long', message: 'Odd' }],
        fetchStateAfter: FETCHED,
        knownItemsAfter: 3,
      });
      const decision = { ...DECISION, identifyBy: { by: 'content' } } as const;
      const ids = { decisionDeliveryId: suite.newId('dlv'), closingDeliveryId: suite.newId('dlv') };
      const { runs } = suite.store();
      expect(await runs.decide({ projectId, runId }, { decision, ...ids, now: at(5) })).toMatchObject({
        outcome: 'running',
        phase: 'waiting',
        decision,
        counts: NO_COUNTS,
        warnings: [],
        fetchStateAfter: null,
        knownItemsAfter: null,
      });
    });

    it('cancels a held run once, and no run that is not held', async () => {
      const { runs } = suite.store();
      const [held, running] = [await insert({ outcome: 'held' }), await insert({ outcome: 'running' })];
      const replacedBy = suite.newId('run');
      const cancel = ({ projectId, id: runId }: Run) => runs.cancelHeld({ projectId, runId }, { replacedBy });
      expect(await cancel(held)).toBe(true);
      expect(await cancel(held)).toBe(false);
      expect(await cancel(running)).toBe(false);
      expect(await reload(held)).toEqual({ ...held, outcome: 'cancelled', replacedBy });
      expect(await reload(running)).toEqual(running);
    });

    it('decides no dry run', async () => {
      const { projectId, id: runId } = await insert({ outcome: 'held', isDryRun: true });
      const ids = { decisionDeliveryId: suite.newId('dlv'), closingDeliveryId: suite.newId('dlv') };
      expect(
        await suite.store().runs.decide({ projectId, runId }, { decision: DECISION, ...ids, now: at(0) }),
      ).toBeNull();
    });

    it('requests the cancellation of a run, leased or not', async () => {
      const { runs } = suite.store();
      const run = await insert();
      await acquireLease(run, 'a', 0);
      expect(await runs.requestCancel({ projectId: run.projectId, runId: run.id })).toBe(true);
      expect(await runs.requestCancel({ projectId: run.projectId, runId: run.id })).toBe(true);
      expect((await reload(run))?.isCancelRequested).toBe(true);
    });

    it('replaces counts only if they have not changed', async () => {
      const { runs } = suite.store();
      const run = await insert();
      const from = run.counts;
      const to = { ...from, batchesAcknowledged: from.batchesAcknowledged + 1, rowsRejected: 7 };
      const both = [to, { ...to, rowsRejected: 8 }].map((counts) =>
        runs.replaceCounts({ projectId: run.projectId, runId: run.id }, { from, to: counts }),
      );
      expect((await Promise.all(both)).filter(Boolean)).toHaveLength(1);
      expect(await runs.replaceCounts({ projectId: run.projectId, runId: run.id }, { from, to })).toBe(false);
      const reloaded = await reload(run);
      expect([7, 8]).toContain(reloaded?.counts.rowsRejected);
      expect(reloaded?.counts).toMatchObject({
        batchesAcknowledged: to.batchesAcknowledged,
        records: from.records,
      });
    });

    it('counts skipped ticks, also concurrent ones', async () => {
      const { runs } = suite.store();
      const run = await insert();
      await Promise.all(
        [1, 2, 3].map(() => runs.addSkippedTick({ projectId: run.projectId, runId: run.id })),
      );
      expect((await reload(run))?.skippedTicks).toBe(3);
    });

    it('lists unfinished runs without a lease that are due', async () => {
      const { runs } = suite.store();
      const day = (text: string) => new Date(`2001-01-${text}`);
      const old = { createdAt: day('01') };
      const never = await insert(old);
      const resumes = await insert({ ...old, resumeAt: day('05') });
      const died = await insert({ ...old, outcome: 'running', leaseOwner: 'a', leaseUntil: day('05') });
      await insert({ ...old, resumeAt: day('20') });
      await insert({ ...old, leaseOwner: 'a', leaseUntil: day('20') });
      await insert({ ...old, outcome: 'succeeded' });
      await insert({ createdAt: day('10') });
      const before = day('10');
      expect(await runs.listStranded({ before, limit: 10 })).toEqual([never, resumes, died]);
      expect(await runs.listStranded({ before, limit: 1 })).toHaveLength(1);
      await runs.acquireLease(
        { projectId: died.projectId, runId: died.id },
        { owner: 'b', now: day('11'), leaseUntil: day('12') },
      );
      const end = { owner: 'b', leaseUntil: day('12'), changes: { outcome: 'failed' } } as const;
      await runs.update({ projectId: died.projectId, runId: died.id }, end);
      expect(await runs.listStranded({ before, limit: 10 })).toEqual([never, resumes]);
    });

    it('lists unfinished runs that continue later, the latest first, and shortens leases that are too long', async () => {
      const { runs } = suite.store();
      const year = (text: string) => new Date(`${text}-01-01`);
      const sooner = await insert({ resumeAt: year('2501') });
      const later = await insert({ resumeAt: year('2502') });
      const leased = await insert({ resumeAt: year('2503'), leaseOwner: 'a', leaseUntil: year('2503') });
      const created = await insert({ createdAt: year('2503') });
      await insert({ resumeAt: year('2503'), createdAt: year('2503'), outcome: 'failed' });
      expect(await runs.listPutOff({ after: year('2500'), limit: 10 })).toEqual([later, sooner, created]);
      expect(await runs.listPutOff({ after: year('2500'), limit: 1 })).toEqual([later]);
      await runs.shortenLeases({ after: year('2500'), to: year('2100') });
      expect(await reload(leased)).toEqual({ ...leased, leaseUntil: year('2100') });
      for (const { projectId, jobId } of [sooner, later, leased, created])
        await runs.removeOfJob({ projectId, jobId });
    });

    it('removes an unfinished run for the owner of its lease only', async () => {
      const { runs } = suite.store();
      const leased = await insert({ outcome: 'running', leaseOwner: 'a', leaseUntil: at(60) });
      const ended = await insert({ outcome: 'succeeded', leaseOwner: 'a', leaseUntil: at(60) });
      for (const owner of ['b', null])
        await runs.remove({ projectId: leased.projectId, runId: leased.id }, { owner });
      await runs.remove({ projectId: ended.projectId, runId: ended.id }, { owner: 'a' });
      expect(await reload(leased)).toEqual(leased);
      expect(await reload(ended)).toEqual(ended);
      await runs.remove({ projectId: leased.projectId, runId: leased.id }, { owner: 'a' });
      expect(await reload(leased)).toBeNull();
    });

    it('removes one run, or all of a job', async () => {
      const { runs } = suite.store();
      const run = await insert();
      const { projectId, jobId } = run;
      const sibling = await insert({ projectId, jobId });
      const other = await insert({ projectId });
      await runs.remove({ projectId, runId: run.id }, { owner: null });
      expect(await reload(run)).toBeNull();
      expect(await reload(sibling)).toEqual(sibling);
      await runs.removeOfJob({ projectId, jobId });
      await runs.removeOfJob({ projectId, jobId });
      expect(await reload(sibling)).toBeNull();
      expect(await reload(other)).toEqual(other);
    });
  });
};
