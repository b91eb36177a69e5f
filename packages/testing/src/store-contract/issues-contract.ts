import type { RunIssue } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { makeIssue } from './make-records.js';
import { RUBBISH_CURSORS, readAllPages } from './read-all-pages.js';
import type { Stage } from './store-under-test.js';

interface Owner {
  readonly projectId: string;
  readonly jobId: string;
  readonly runId: string;
}

export const describeIssues = (stage: Stage): void => {
  describe('issues', () => {
    const makeOwner = (): Owner => ({
      projectId: stage.newId('prj'),
      jobId: stage.newId('job'),
      runId: stage.newId('run'),
    });
    /** Pages of these sizes, written last page first; gives all their issues in order. */
    const insertPages = async (owner: Owner, sizes: readonly number[]): Promise<readonly RunIssue[]> => {
      let record = 0;
      const pages = sizes.map((size) => Array.from({ length: size }, () => makeIssue(++record)));
      for (const [number, issues] of [...pages.entries()].toReversed())
        await stage.store().issues.insertPage({ ...owner, number, issues });
      return pages.flat();
    };
    const streamed = async ({ projectId, runId }: Owner): Promise<readonly RunIssue[]> => {
      const all: RunIssue[] = [];
      for await (const issues of stage.store().issues.stream(projectId, runId)) all.push(...issues);
      return all;
    };

    it.each([1, 2, 3, 4, 7, 11, 12, 200])(
      'lists issues in order across pages, %i at a time',
      async (limit) => {
        const owner = makeOwner();
        const issues = await insertPages(owner, [4, 1, 0, 4, 2]);
        await insertPages({ ...owner, runId: stage.newId('run') }, [3]);
        const pages = await readAllPages((cursor) =>
          stage.store().issues.list(owner.projectId, { runId: owner.runId, limit, ...cursor }),
        );
        expect(pages.flat()).toEqual(issues);
        expect(pages.map((page) => page.length)).toEqual(
          Array.from({ length: Math.ceil(11 / limit) }, (_, index) => Math.min(limit, 11 - index * limit)),
        );
      },
    );

    it('lists nothing for a run without issues', async () => {
      const { projectId, runId } = makeOwner();
      const page = await stage.store().issues.list(projectId, { runId, limit: 5 });
      expect(page).toEqual({ items: [], nextCursor: null });
    });

    it('has double-digit pages in order too', async () => {
      const owner = makeOwner();
      const issues = await insertPages(
        owner,
        Array.from({ length: 12 }, () => 2),
      );
      expect(await streamed(owner)).toEqual(issues);
      expect(await stage.store().issues.countPages(owner.projectId, owner.runId)).toBe(12);
    });

    it('replaces a page that is written again', async () => {
      const owner = makeOwner();
      await insertPages(owner, [3, 3]);
      const again = [makeIssue(99)];
      await stage.store().issues.insertPage({ ...owner, number: 1, issues: again });
      expect((await streamed(owner)).slice(3)).toEqual(again);
      expect(await stage.store().issues.countPages(owner.projectId, owner.runId)).toBe(2);
    });

    it.each(RUBBISH_CURSORS)('refuses the cursor %j', async (cursor) => {
      const { projectId, runId } = makeOwner();
      const listing = stage.store().issues.list(projectId, { runId, limit: 5, cursor });
      await expect(listing).rejects.toMatchObject({ code: 'invalid_cursor' });
    });

    it('shows nothing to another project, and removes nothing for it', async () => {
      const { issues } = stage.store();
      const owner = makeOwner();
      const stranger = stage.newId('prj');
      const made = await insertPages(owner, [3]);
      expect((await issues.list(stranger, { runId: owner.runId, limit: 5 })).items).toEqual([]);
      expect(await streamed({ ...owner, projectId: stranger })).toEqual([]);
      expect(await issues.countPages(stranger, owner.runId)).toBe(0);
      await issues.removeOfRun(stranger, owner.runId);
      await issues.removeOfJob(stranger, owner.jobId);
      expect(await streamed(owner)).toEqual(made);
    });

    it('removes the issues of a run, or of a job', async () => {
      const { issues } = stage.store();
      const first = makeOwner();
      const second = { ...first, runId: stage.newId('run') };
      const other = { ...first, jobId: stage.newId('job'), runId: stage.newId('run') };
      for (const owner of [first, second, other]) await insertPages(owner, [2]);
      await issues.removeOfRun(first.projectId, first.runId);
      expect([await streamed(first), (await streamed(second)).length]).toEqual([[], 2]);
      await issues.removeOfJob(first.projectId, first.jobId);
      expect([await streamed(second), (await streamed(other)).length]).toEqual([[], 2]);
    });
  });
};
