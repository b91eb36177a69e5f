import { type Identity, type LastRun, NO_COUNTS } from '@inlet/contracts';
import type { FeedJob, Job } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { FETCHED, makeJob, makeTemplate, makeUploadJob, NOT_FETCHED } from './model-fixtures.js';
import { INVALID_CURSORS, readAllPages } from './read-all-pages.js';
import { at, type Suite } from './store-under-test.js';

const lastRunOf = (runId: string): LastRun => ({
  runId,
  outcome: 'failed',
  counts: { ...NO_COUNTS, records: 3 },
  error: { code: 'source_gone', title: 'Gone', help: 'Look' },
  finishedAt: at(9).toISOString(),
});

export const describeJobs = (suite: Suite): void => {
  describe('jobs', () => {
    const insert = async (change: Partial<FeedJob> = {}): Promise<FeedJob> => {
      const job = makeJob(suite, change);
      await suite.store().jobs.insert(job);
      return job;
    };
    const reload = ({ projectId, id }: Job) => suite.store().jobs.get({ projectId, jobId: id });

    it('has one job of uploads for each template and user, however many processes ask for it', async () => {
      const { jobs } = suite.store();
      const first = makeUploadJob(suite);
      const { projectId, templateId, externalUserId } = first;
      const asked = [
        first,
        ...Array.from({ length: 5 }, () => makeUploadJob(suite, { projectId, templateId })),
      ];
      const found = await Promise.all(asked.map((job) => jobs.findOrInsert(job)));
      expect(new Set(found.map(({ id }) => id)).size).toBe(1);
      expect(await jobs.get({ projectId, jobId: found[0]!.id })).toEqual(found[0]);
      for (const change of [
        { projectId, templateId, externalUserId: 'user-2' },
        { projectId, externalUserId },
        { templateId, externalUserId },
      ]) {
        const other = makeUploadJob(suite, change);
        expect(await jobs.findOrInsert(other)).toEqual(other);
      }
      const owner = { projectId, templateId };
      for (const _ of [1, 2]) await jobs.insert(makeJob(suite, owner));
      expect(await jobs.findOrInsert(makeUploadJob(suite, owner))).toEqual(found[0]);
    });

    it('lists jobs of one kind', async () => {
      const { jobs } = suite.store();
      const ofUploads = makeUploadJob(suite);
      const { projectId, externalUserId } = ofUploads;
      const feed = makeJob(suite, { projectId });
      await jobs.insert(feed);
      await jobs.findOrInsert(ofUploads);
      const query = { externalUserId, withTemporary: true, limit: 5 };
      const list = async (kind: Job['kind']) => (await jobs.listOfUser(projectId, { ...query, kind })).items;
      expect(await list('feed')).toEqual([feed]);
      expect(await list('upload')).toEqual([ofUploads]);
    });

    it('returns a job unchanged, with its secrets in clear text', async () => {
      const job = await insert({ lastRun: lastRunOf(suite.newId('run')), fetchState: FETCHED });
      expect(await reload(job)).toEqual(job);
      expect(JSON.stringify((await reload(job))?.extra)).toBe(JSON.stringify(job.extra));
    });

    it.each([null, 0, '', 'text', [], {}, [[[]]]])('keeps %j as extra', async (extra) => {
      expect((await reload(await insert({ extra })))?.extra).toEqual(extra);
    });

    it('keeps a source without secrets', async () => {
      const source = { kind: 'url', url: 'https://feeds.example.com/%7Ea?b=%20#c' } as const;
      expect((await reload(await insert({ source })))?.source).toEqual(source);
    });

    it('neither returns nor changes a job for another project', async () => {
      const { jobs } = suite.store();
      const runId = suite.newId('run');
      const job = await insert({ activeRunId: runId });
      const stranger = suite.newId('prj');
      expect(await jobs.get({ projectId: stranger, jobId: job.id })).toBeNull();
      expect(
        (
          await jobs.listOfUser(stranger, {
            kind: 'feed',
            externalUserId: 'user-1',
            withTemporary: true,
            limit: 10,
          })
        ).items,
      ).toEqual([]);
      expect(await jobs.listOfTemplate({ projectId: stranger, templateId: job.templateId })).toEqual([]);
      expect(
        await jobs.change({ projectId: stranger, jobId: job.id }, { changes: { label: 'x' }, now: at(1) }),
      ).toBeNull();
      expect(
        await jobs.setActiveRun({ projectId: stranger, jobId: job.id }, { runId: 'x', tick: null }),
      ).toBeNull();
      const tick = { at: at(300), next: null };
      expect(await jobs.moveTick({ projectId: stranger, jobId: job.id }, { ...tick, isQueued: false })).toBe(
        false,
      );
      expect(await jobs.moveTick({ projectId: stranger, jobId: job.id }, { ...tick, isQueued: true })).toBe(
        false,
      );
      await jobs.reset({ projectId: stranger, jobId: job.id });
      const end = { lastRun: lastRunOf(runId), failuresInARow: 1 };
      expect(
        await jobs.endActiveRun({ projectId: stranger, jobId: job.id }, { runId, seen: job, end }),
      ).toBeNull();
      expect(await jobs.remove({ projectId: stranger, jobId: job.id })).toBe(false);
      expect(await reload(job)).toEqual(job);
    });

    it("lists a user's jobs in pages, newest first", async () => {
      const { jobs } = suite.store();
      const projectId = suite.newId('prj');
      const made: Job[] = [];
      for (let index = 0; index < 5; index++) made.push(await insert({ projectId }));
      await insert({ projectId, externalUserId: 'user-2' });
      const page = { externalUserId: 'user-1', withTemporary: true, limit: 2 };
      const pages = await readAllPages((cursor) =>
        jobs.listOfUser(projectId, { kind: 'feed', ...page, ...cursor }),
      );
      expect(pages.map((items) => items.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(made.toReversed());
    });

    it("lists a user's jobs of one template", async () => {
      const projectId = suite.newId('prj');
      const templateId = suite.newId('tpl');
      const wanted = await insert({ projectId, templateId });
      await insert({ projectId });
      await insert({ projectId, templateId, externalUserId: 'user-2' });
      const page = { externalUserId: 'user-1', templateId, withTemporary: true, limit: 10 };
      expect(await suite.store().jobs.listOfUser(projectId, { kind: 'feed', ...page })).toEqual({
        items: [wanted],
        nextCursor: null,
      });
    });

    it('lists temporary drafts on demand, and those whose time is over', async () => {
      const { jobs } = suite.store();
      const projectId = suite.newId('prj');
      const kept = await insert({ projectId, status: 'draft' });
      const over = await insert({ projectId, status: 'draft', temporaryUntil: at(60) });
      const later = await insert({ projectId, status: 'draft', temporaryUntil: at(61) });
      const query = { externalUserId: 'user-1', limit: 10 };
      const all = await jobs.listOfUser(projectId, { kind: 'feed', ...query, withTemporary: true });
      expect(all.items).toEqual([later, over, kept]);
      const others = await jobs.listOfUser(projectId, { kind: 'feed', ...query, withTemporary: false });
      expect(others.items).toEqual([kept]);
      const expired = await jobs.listExpired({ now: at(60), limit: 100 });
      expect(expired.filter((job) => job.projectId === projectId)).toEqual([over]);
    });

    it('keeps the columns of a token', async () => {
      const { columns } = makeTemplate(suite);
      const job = await insert({ columns });
      expect(await reload(job)).toEqual(job);
      const { jobs } = suite.store();
      const changes = { columns: columns.slice(0, 1) };
      expect(
        await jobs.change({ projectId: job.projectId, jobId: job.id }, { changes, now: at(1) }),
      ).toMatchObject(changes);
    });

    it.each(INVALID_CURSORS)('refuses the cursor %j', async (cursor) => {
      const page = { externalUserId: 'user-1', withTemporary: true, limit: 2, cursor };
      await expect(
        suite.store().jobs.listOfUser(suite.newId('prj'), { kind: 'feed', ...page }),
      ).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    });

    it('lists the jobs of a template', async () => {
      const first = await insert();
      const { projectId, templateId } = first;
      const second = await insert({ projectId, templateId });
      await insert({ projectId });
      expect(await suite.store().jobs.listOfTemplate({ projectId, templateId })).toEqual([first, second]);
    });

    it('changes only the given fields, and increments the revision', async () => {
      const { jobs } = suite.store();
      const job = await insert();
      const source = { kind: 'url', url: 'https://a.example.com/', headers: { a: 'SECRET-new' } } as const;
      const changes = { source, extra: { $a: 1 }, nextRunAt: null, status: 'paused' as const };
      const changed = await jobs.change({ projectId: job.projectId, jobId: job.id }, { changes, now: at(1) });
      expect(changed).toEqual({ ...job, ...changes, revision: 2, updatedAt: at(1) });
      expect(await reload(job)).toEqual(changed);
    });

    it('keeps why a job was paused, and clears it', async () => {
      const { jobs } = suite.store();
      const job = await insert();
      const reason = { code: 'source_gone', title: 'Gone', detail: 'since today', help: 'Look' } as const;
      const paused = await jobs.change(
        { projectId: job.projectId, jobId: job.id },
        { changes: { pausedBecause: reason }, now: at(1) },
      );
      expect(paused?.pausedBecause).toEqual(reason);
      const resumed = await jobs.change(
        { projectId: job.projectId, jobId: job.id },
        { changes: { pausedBecause: null }, now: at(2) },
      );
      expect(resumed?.pausedBecause).toBeNull();
    });

    it('accepts one of two changes to the same revision', async () => {
      const { jobs } = suite.store();
      const job = await insert();
      const change = (label: string) =>
        jobs.change(
          { projectId: job.projectId, jobId: job.id },
          { changes: { label }, expectedRevision: 1, now: at(1) },
        );
      const results = await Promise.all([change('a'), change('b')]);
      expect(results.filter((result) => result === null)).toHaveLength(1);
      expect((await reload(job))?.revision).toBe(2);
    });

    it('sets one of two concurrent runs as the active run', async () => {
      const { jobs } = suite.store();
      const job = await insert();
      const runIds = [suite.newId('run'), suite.newId('run')];
      const results = await Promise.all(
        runIds.map((runId) =>
          jobs.setActiveRun(
            { projectId: job.projectId, jobId: job.id },
            { runId, tick: { at: at(300), next: at(600) } },
          ),
        ),
      );
      const [winner] = results.filter((result) => result !== null);
      expect(results.filter((result) => result === null)).toHaveLength(1);
      expect(winner).toEqual({
        ...job,
        activeRunId: runIds[results.findIndex((result) => result !== null)],
        runCount: 1,
        nextRunAt: at(600),
      });
      expect(await reload(job)).toEqual(winner);
    });

    it('makes a held run active only if it is the one of the job, and clears it', async () => {
      const { jobs } = suite.store();
      const [heldRunId, other] = [suite.newId('run'), suite.newId('run')];
      const lastRun = { ...lastRunOf(heldRunId), outcome: 'held' as const };
      const job = await insert({ heldRunId, lastRun });
      const ref = { projectId: job.projectId, jobId: job.id };
      expect(await jobs.setActiveRun(ref, { runId: other, tick: null, isHeld: true })).toBeNull();
      const active = await jobs.setActiveRun(ref, { runId: heldRunId, tick: null, isHeld: true });
      expect(active).toEqual({ ...job, activeRunId: heldRunId });
      await jobs.clearHeldRun(ref, other);
      expect((await reload(job))?.heldRunId).toBe(heldRunId);
      await jobs.clearHeldRun(ref, heldRunId);
      expect(await reload(job)).toMatchObject({
        heldRunId: null,
        lastRun: { runId: heldRunId, outcome: 'cancelled', error: null },
      });
    });

    it('changes the identity of a job with its held run', async () => {
      const heldRunId = suite.newId('run');
      const job = await insert({ heldRunId });
      const identity: Identity = { by: 'columns', columns: ['a.b'] };
      const active = await suite
        .store()
        .jobs.setActiveRun(
          { projectId: job.projectId, jobId: job.id },
          { runId: heldRunId, tick: null, isHeld: true, identity },
        );
      expect(active).toEqual({ ...job, activeRunId: heldRunId, identity, revision: job.revision + 1 });
    });

    it('keeps the last run when it clears an older held run', async () => {
      const { jobs } = suite.store();
      const heldRunId = suite.newId('run');
      const lastRun = lastRunOf(suite.newId('run'));
      const job = await insert({ heldRunId, lastRun });
      await jobs.clearHeldRun({ projectId: job.projectId, jobId: job.id }, heldRunId);
      expect(await reload(job)).toEqual({ ...job, heldRunId: null });
    });

    it('takes each tick once, at its own time, and only while the job is active', async () => {
      const { jobs } = suite.store();
      const job = await insert();
      const takeTick = async (tick: { at: Date; next: Date | null } | null) => {
        const runId = suite.newId('run');
        const activated = await jobs.setActiveRun(
          { projectId: job.projectId, jobId: job.id },
          { runId, tick },
        );
        const end = { lastRun: lastRunOf(runId), failuresInARow: 0 };
        if (activated)
          await jobs.endActiveRun(
            { projectId: job.projectId, jobId: job.id },
            { runId, seen: activated, end },
          );
        return activated !== null;
      };
      const become = (status: Job['status']) =>
        jobs.change({ projectId: job.projectId, jobId: job.id }, { changes: { status }, now: at(1) });
      expect(await takeTick({ at: at(300), next: at(600) })).toBe(true);
      expect(await takeTick({ at: at(300), next: at(600) })).toBe(false);
      expect(await takeTick({ at: at(900), next: at(1200) })).toBe(false);
      expect(await takeTick(null)).toBe(true);
      expect((await reload(job))?.nextRunAt).toEqual(at(600));
      await become('paused');
      expect(await takeTick({ at: at(600), next: at(900) })).toBe(false);
      expect(await takeTick(null)).toBe(true);
      await become('active');
      expect(await takeTick({ at: at(600), next: null })).toBe(true);
      expect((await reload(job))?.nextRunAt).toBeNull();
    });

    it('takes neither a tick nor a requested run while a run is active', async () => {
      const { jobs } = suite.store();
      const job = await insert({ activeRunId: suite.newId('run') });
      const tick = { at: at(300), next: at(600) };
      const runId = suite.newId('run');
      expect(
        await jobs.setActiveRun({ projectId: job.projectId, jobId: job.id }, { runId, tick }),
      ).toBeNull();
      expect(
        await jobs.setActiveRun({ projectId: job.projectId, jobId: job.id }, { runId, tick: null }),
      ).toBeNull();
      expect(await reload(job)).toEqual(job);
    });

    it('moves a tick once, also while a run is active', async () => {
      const { jobs } = suite.store();
      const job = await insert({ activeRunId: suite.newId('run') });
      const tick = { at: at(300), next: at(600), isQueued: false };
      const pass = () => jobs.moveTick({ projectId: job.projectId, jobId: job.id }, tick);
      expect((await Promise.all([pass(), pass()])).toSorted()).toEqual([false, true]);
      expect(await reload(job)).toEqual({ ...job, nextRunAt: at(600) });
    });

    it('moves and queues a tick during an active run, and does neither without one', async () => {
      const { jobs } = suite.store();
      const job = await insert();
      const tick = { at: at(300), next: null, isQueued: true };
      expect(await jobs.moveTick({ projectId: job.projectId, jobId: job.id }, tick)).toBe(false);
      expect(await reload(job)).toEqual(job);
      const runId = suite.newId('run');
      await jobs.setActiveRun({ projectId: job.projectId, jobId: job.id }, { runId, tick: null });
      expect(await jobs.moveTick({ projectId: job.projectId, jobId: job.id }, tick)).toBe(true);
      expect(await jobs.moveTick({ projectId: job.projectId, jobId: job.id }, tick)).toBe(false);
      expect(await reload(job)).toEqual({
        ...job,
        activeRunId: runId,
        runCount: 1,
        nextRunAt: null,
        hasQueuedTick: true,
      });
    });

    it('ends a job whose last tick was taken or moved', async () => {
      const { jobs } = suite.store();
      const [taken, passed] = [await insert(), await insert()];
      const tick = { at: at(300), next: null };
      const runId = suite.newId('run');
      const activated = await jobs.setActiveRun(
        { projectId: taken.projectId, jobId: taken.id },
        { runId, tick },
      );
      expect(activated).toEqual({
        ...taken,
        activeRunId: runId,
        runCount: 1,
        nextRunAt: null,
        status: 'ended',
      });
      await jobs.moveTick({ projectId: passed.projectId, jobId: passed.id }, { ...tick, isQueued: false });
      expect(await reload(passed)).toEqual({ ...passed, nextRunAt: null, status: 'ended' });
    });

    it('clears the item state and the fetch state, but not what identifies rows', async () => {
      const { jobs } = suite.store();
      const job = await insert({ itemStateId: 'state', knownItems: 7, fetchState: FETCHED });
      await jobs.reset({ projectId: job.projectId, jobId: job.id });
      const { rowIdentity } = FETCHED;
      const nothing = { itemStateId: null, knownItems: 0, fetchState: { ...NOT_FETCHED, rowIdentity } };
      expect(await reload(job)).toEqual({ ...job, ...nothing });
    });

    it('ends the active run once, applies its changes, and returns the job', async () => {
      const { jobs } = suite.store();
      const runId = suite.newId('run');
      const job = await insert({ activeRunId: runId, hasQueuedTick: true, failuresInARow: 2 });
      const newState = { itemStateId: runId, knownItems: 7, fetchState: FETCHED };
      const end = { lastRun: lastRunOf(runId), failuresInARow: 3, newState, nextRunAt: at(42) };
      const finish = (id: string) =>
        jobs.endActiveRun({ projectId: job.projectId, jobId: job.id }, { runId: id, seen: job, end });
      expect(await finish(suite.newId('run'))).toBeNull();
      const { newState: _, ...changes } = end;
      const after = { ...job, activeRunId: null, hasQueuedTick: false, ...changes, ...newState };
      expect(await finish(runId)).toEqual(after);
      expect(await finish(runId)).toBeNull();
      expect(await reload(job)).toEqual(after);
    });

    it('keeps what the end of a run does not change', async () => {
      const { jobs } = suite.store();
      const runId = suite.newId('run');
      const job = await insert({ activeRunId: runId, failuresInARow: 2, fetchState: FETCHED, knownItems: 5 });
      const lastRun: LastRun = { ...lastRunOf(runId), outcome: 'unchanged', error: null };
      const fetchState = { ...FETCHED, movedTo: 'https://b', movedTimes: 1 };
      const end = { lastRun, failuresInARow: 0, fetchState };
      await jobs.endActiveRun({ projectId: job.projectId, jobId: job.id }, { runId, seen: job, end });
      expect(await reload(job)).toEqual({ ...job, activeRunId: null, ...end });
    });

    it('pauses a job in the same write that ends its run', async () => {
      const { jobs } = suite.store();
      const runId = suite.newId('run');
      const job = await insert({ activeRunId: runId });
      const because = { code: 'job_auto_paused', title: 'Paused', help: 'Look' };
      const end = { lastRun: lastRunOf(runId), failuresInARow: 1, paused: { because, at: at(50) } };
      expect(
        await jobs.endActiveRun({ projectId: job.projectId, jobId: job.id }, { runId, seen: job, end }),
      ).toEqual({
        ...job,
        activeRunId: null,
        lastRun: end.lastRun,
        failuresInARow: 1,
        status: 'paused',
        pausedBecause: because,
        revision: 2,
        updatedAt: at(50),
      });
    });

    it.each([
      ['a tick was queued', { hasQueuedTick: true }],
      ['somebody changed it', { revision: 2 }],
      ['its schedule ended', { status: 'ended' as const }],
      ['its failures are others', { failuresInARow: 1 }],
    ])('does not finish the run of a job by what was decided before %s', async (_what, since) => {
      const { jobs } = suite.store();
      const runId = suite.newId('run');
      const job = await insert({ activeRunId: runId, ...since });
      const before = { status: 'active', hasQueuedTick: false, failuresInARow: 0, revision: 1 } as const;
      const end = { lastRun: lastRunOf(runId), failuresInARow: 1 };
      expect(
        await jobs.endActiveRun({ projectId: job.projectId, jobId: job.id }, { runId, seen: before, end }),
      ).toBeNull();
      expect(await reload(job)).toEqual(job);
      expect(
        await jobs.endActiveRun({ projectId: job.projectId, jobId: job.id }, { runId, seen: job, end }),
      ).not.toBeNull();
    });

    it('counts jobs by status', async () => {
      const { jobs } = suite.store();
      const before = await jobs.counts();
      for (const status of ['draft', 'active', 'active', 'ended'] as const) await insert({ status });
      expect(await jobs.counts()).toEqual({
        draft: before.draft + 1,
        active: before.active + 2,
        paused: before.paused,
        ended: before.ended + 1,
      });
    });

    it('lists active jobs without a run that are overdue, longest overdue first', async () => {
      const { jobs } = suite.store();
      const later = await insert({ nextRunAt: new Date('2001-01-02') });
      const sooner = await insert({ nextRunAt: new Date('2001-01-01') });
      await insert({ nextRunAt: new Date('2001-01-01'), status: 'paused' });
      await insert({ nextRunAt: new Date('2001-01-01'), activeRunId: suite.newId('run') });
      await insert({ nextRunAt: null });
      await insert({ nextRunAt: new Date('2001-01-03') });
      const before = new Date('2001-01-03');
      expect(await jobs.listOverdue({ before, limit: 10 })).toEqual([sooner, later]);
      expect(await jobs.listOverdue({ before, limit: 1 })).toEqual([sooner]);
    });

    it('lists the schedules of active jobs with a next run, in pages', async () => {
      const { jobs } = suite.store();
      const nextRunAt = new Date('2001-01-02');
      const { id: before } = await insert({ nextRunAt });
      const [first, , , second] = [
        await insert({ nextRunAt }),
        await insert({ nextRunAt, status: 'paused' }),
        await insert({ nextRunAt: null }),
        await insert({ nextRunAt, activeRunId: suite.newId('run') }),
      ];
      const ids = async (after: string, limit: number) =>
        (await jobs.listScheduled({ after, limit })).map(({ id }) => id);
      expect(await ids(before, 2)).toEqual([first.id, second.id]);
      expect(await ids(before, 1)).toEqual([first.id]);
      expect(await ids(second.id, 2)).toEqual([]);
      const [scheduled] = await jobs.listScheduled({ after: before, limit: 1 });
      const { id, projectId, externalUserId, status, schedule, createdAt, lastRun } = first;
      expect(scheduled).toEqual({
        ...{ id, projectId, externalUserId, status, schedule, createdAt, lastRun },
        nextRunAt,
      });
    });

    it('removes a job once', async () => {
      const { jobs } = suite.store();
      const job = await insert();
      expect(await jobs.remove({ projectId: job.projectId, jobId: job.id })).toBe(true);
      expect(await jobs.remove({ projectId: job.projectId, jobId: job.id })).toBe(false);
      expect(await reload(job)).toBeNull();
    });
  });
};
