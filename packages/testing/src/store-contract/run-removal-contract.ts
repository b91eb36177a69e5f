import type { Run } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { makeDelivery, makeIssue, makeRun } from './model-fixtures.js';
import type { Suite } from './store-under-test.js';

/** Long before any other run in these tests. */
const day = (number: number): Date => new Date(Date.UTC(2001, 0, number));
const FINISHED_BEFORE = day(10);

export const describeRunRemoval = (suite: Suite): void => {
  describe('old runs', () => {
    const insert = async (change: Partial<Run> = {}): Promise<Run> => {
      const run = makeRun(suite, { outcome: 'succeeded', phase: 'done', finishedAt: day(1), ...change });
      await suite.store().runs.insert(run);
      return run;
    };
    const get = ({ projectId, id: runId }: Run) => suite.store().runs.get({ projectId, runId });
    const isThere = async (...runs: readonly Run[]) =>
      Promise.all(runs.map(async (run) => (await get(run)) !== null));
    const listOld = async (now: Date, limit = 100) =>
      (await suite.store().runs.listOld({ finishedBefore: FINISHED_BEFORE, now, limit })).map(({ id }) => id);
    const removeAll = (projectId: string, runs: readonly Run[]) =>
      suite
        .store()
        .runs.removeOld({ projectId, runIds: runs.map(({ id }) => id) }, { finishedBefore: FINISHED_BEFORE });

    it('lists what finished before a time, the oldest first, and what was kept until then', async () => {
      const { runs } = suite.store();
      const projectId = suite.newId('prj');
      const [late, early, kept] = [
        await insert({ projectId, finishedAt: day(9) }),
        await insert({ projectId, finishedAt: day(8), outcome: 'held' }),
        await insert({ projectId, finishedAt: day(7) }),
      ];
      const others = [
        await insert({ projectId, finishedAt: day(10) }),
        await insert({ projectId, finishedAt: null, outcome: 'running', phase: 'deliver' }),
      ];
      await runs.keepUntil({ projectId, runIds: [kept.id] }, day(20));
      expect(await listOld(day(19))).toEqual([early.id, late.id]);
      expect(await listOld(day(20))).toEqual([early.id, late.id, kept.id]);
      expect(await listOld(day(20), 1)).toEqual([early.id]);
      expect(await get(kept)).toEqual(kept);
      const { id, jobId, outcome, isDryRun } = early;
      const query = { finishedBefore: FINISHED_BEFORE, now: day(20), limit: 1 };
      expect(await runs.listOld(query)).toEqual([{ id, projectId, jobId, outcome, isDryRun }]);
      await runs.keepUntil({ projectId: suite.newId('prj'), runIds: [early.id] }, day(30));
      expect(await listOld(day(20), 1)).toEqual([early.id]);
      await removeAll(projectId, [late, early, kept, ...others]);
      await runs.removeOfJob(early);
      expect(await listOld(day(20))).toEqual([]);
    });

    it('lists the ids of the newest runs of a job', async () => {
      const { runs } = suite.store();
      const { projectId, jobId, id: first } = await insert();
      const { id: second } = await insert({ projectId, jobId, outcome: 'held' });
      const { id: third } = await insert({ projectId, jobId, isDryRun: true });
      await insert({ projectId });
      const job = { projectId, jobId };
      expect(await runs.listNewestIds(job, { limit: 2 })).toEqual([third, second]);
      expect(await runs.listNewestIds(job, { limit: 9 })).toEqual([third, second, first]);
      expect(await runs.listNewestIds({ ...job, projectId: suite.newId('prj') }, { limit: 9 })).toEqual([]);
      await runs.removeOfJob(job);
    });

    it('removes finished ones of one project, and none that is held, unfinished or not old', async () => {
      const projectId = suite.newId('prj');
      const gone = [
        await insert({ projectId }),
        await insert({ projectId, outcome: 'cancelled' }),
        await insert({ projectId, outcome: 'held', isDryRun: true }),
      ];
      const stays = [
        await insert({ projectId, outcome: 'held' }),
        await insert({ projectId, outcome: 'running', finishedAt: null }),
        await insert({ projectId, finishedAt: FINISHED_BEFORE }),
        await insert(),
      ];
      await removeAll(suite.newId('prj'), gone);
      expect(await isThere(...gone)).toEqual([true, true, true]);
      await removeAll(projectId, [...gone, ...stays]);
      await removeAll(projectId, [...gone, ...stays]);
      expect(await isThere(...gone)).toEqual([false, false, false]);
      expect(await isThere(...stays)).toEqual([true, true, true, true]);
    });

    it('removes the issues of runs, and names the runs that have deliveries', async () => {
      const { issues, deliveries } = suite.store();
      const projectId = suite.newId('prj');
      const [one, two, three] = [await insert({ projectId }), await insert({ projectId }), await insert()];
      const page = ({ id: runId, projectId: ofProject, jobId }: Run, runAttempt: number) =>
        issues.insertPage({
          projectId: ofProject,
          jobId,
          runId,
          runAttempt,
          number: 0,
          issues: [makeIssue(1)],
        });
      const count = async ({ id: runId, projectId: ofProject }: Run, runAttempt: number) =>
        (await issues.list({ projectId: ofProject, runId, runAttempt }, { limit: 9 })).items.length;
      for (const run of [one, two, three]) for (const attempt of [1, 2]) await page(run, attempt);
      const runIds = [one, two, three].map(({ id }) => id);
      await issues.removeOfRuns({ projectId, runIds: runIds.slice(0, 1) });
      expect([await count(one, 1), await count(one, 2), await count(two, 2)]).toEqual([0, 0, 1]);
      await issues.removeOfRuns({ projectId, runIds });
      expect([await count(two, 1), await count(three, 1)]).toEqual([0, 1]);

      expect(await deliveries.listRunsWithDeliveries({ projectId, runIds })).toEqual([]);
      for (const status of ['acknowledged', 'discarded'] as const)
        await deliveries.insert([makeDelivery(suite, { projectId, runId: two.id, status })]);
      await deliveries.insert([makeDelivery(suite, { projectId, runId: one.id, status: 'failed' })]);
      const found = await deliveries.listRunsWithDeliveries({ projectId, runIds });
      expect(found.toSorted()).toEqual([one.id, two.id].toSorted());
      const elsewhere = { projectId: three.projectId, runIds };
      expect(await deliveries.listRunsWithDeliveries(elsewhere)).toEqual([]);
    });
  });
};
