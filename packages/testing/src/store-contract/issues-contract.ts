import type { RunIssue } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { makeIssue } from './model-fixtures.js';
import { INVALID_CURSORS, readAllPages } from './read-all-pages.js';
import type { Suite } from './store-under-test.js';

interface Owner {
  readonly projectId: string;
  readonly jobId: string;
  readonly runId: string;
  readonly runAttempt: number;
}

export const describeIssues = (suite: Suite): void => {
  describe('issues', () => {
    const makeOwner = (): Owner => ({
      projectId: suite.newId('prj'),
      jobId: suite.newId('job'),
      runId: suite.newId('run'),
      runAttempt: 1,
    });
    /** Stores pages of these sizes, last page first. Returns all their issues in order. */
    const insertPages = async (owner: Owner, sizes: readonly number[]): Promise<readonly RunIssue[]> => {
      let record = 0;
      const pages = sizes.map((size) => Array.from({ length: size }, () => makeIssue(++record)));
      for (const [number, issues] of [...pages.entries()].toReversed())
        await suite.store().issues.insertPage({ ...owner, number, issues });
      return pages.flat();
    };
    const streamed = async ({ projectId, runId, runAttempt }: Owner): Promise<readonly RunIssue[]> => {
      const all: RunIssue[] = [];
      for await (const issues of suite.store().issues.stream({ projectId, runId, runAttempt }))
        all.push(...issues);
      return all;
    };

    it.each([1, 2, 3, 4, 7, 11, 12, 200])(
      'lists issues in order across pages, %i at a time',
      async (limit) => {
        const owner = makeOwner();
        const issues = await insertPages(owner, [4, 1, 0, 4, 2]);
        await insertPages({ ...owner, runId: suite.newId('run') }, [3]);
        await insertPages({ ...owner, runAttempt: 2 }, [5, 5, 5, 5, 5, 5]);
        const pages = await readAllPages((cursor) =>
          suite.store().issues.list({ ...owner, runAttempt: 1 }, { limit, ...cursor }),
        );
        expect(pages.flat()).toEqual(issues);
        expect(pages.map((page) => page.length)).toEqual(
          Array.from({ length: Math.ceil(11 / limit) }, (_, index) => Math.min(limit, 11 - index * limit)),
        );
      },
    );

    it('lists nothing for a run without issues', async () => {
      const { projectId, runId } = makeOwner();
      const page = await suite.store().issues.list({ projectId, runId, runAttempt: 1 }, { limit: 5 });
      expect(page).toEqual({ items: [], nextCursor: null });
    });

    it('keeps the order of pages with numbers of two digits', async () => {
      const owner = makeOwner();
      const issues = await insertPages(
        owner,
        Array.from({ length: 12 }, () => 2),
      );
      expect(await streamed(owner)).toEqual(issues);
    });

    it('replaces a page that is written again', async () => {
      const owner = makeOwner();
      await insertPages(owner, [3, 3]);
      const again = [makeIssue(99)];
      await suite.store().issues.insertPage({ ...owner, number: 1, issues: again });
      expect((await streamed(owner)).slice(3)).toEqual(again);
    });

    it.each(INVALID_CURSORS)('refuses the cursor %j', async (cursor) => {
      const { projectId, runId } = makeOwner();
      const listing = suite.store().issues.list({ projectId, runId, runAttempt: 1 }, { limit: 5, cursor });
      await expect(listing).rejects.toMatchObject({ code: 'invalid_cursor' });
    });

    it('neither returns nor removes issues for another project', async () => {
      const { issues } = suite.store();
      const owner = makeOwner();
      const stranger = suite.newId('prj');
      const made = await insertPages(owner, [3]);
      expect(
        (await issues.list({ projectId: stranger, runId: owner.runId, runAttempt: 1 }, { limit: 5 })).items,
      ).toEqual([]);
      expect(await streamed({ ...owner, projectId: stranger })).toEqual([]);
      await issues.removeOfRun({ projectId: stranger, runId: owner.runId }, { beforeAttempt: 9 });
      await issues.removeOfJob({ projectId: stranger, jobId: owner.jobId });
      expect(await streamed(owner)).toEqual(made);
    });

    it('separates the issues of attempts, also if their pages have the same numbers', async () => {
      const late = makeOwner();
      const owner = { ...late, runAttempt: 2 };
      const issues = await insertPages(owner, [3, 3]);
      const lateIssues = await insertPages(late, [2, 2, 2]);
      expect(await streamed(owner)).toEqual(issues);
      expect(await streamed(late)).toEqual(lateIssues);
      await suite.store().issues.removeOfRun(owner, { beforeAttempt: 2 });
      expect([await streamed(owner), await streamed(late)]).toEqual([issues, []]);
    });

    it('keeps the order of pages whose numbers are far apart', async () => {
      const owner = makeOwner();
      const numbers = [0, 10_000_000, 10_000_200, 1_999_999_800];
      const pages = numbers.map((number) => ({ ...owner, number, issues: [makeIssue(number)] }));
      for (const page of pages.toReversed()) await suite.store().issues.insertPage(page);
      const listed = await readAllPages((cursor) =>
        suite.store().issues.list({ ...owner, runAttempt: 1 }, { limit: 1, ...cursor }),
      );
      expect(listed.flat().map(({ record }) => record)).toEqual(numbers);
    });

    it('reads and removes some pages of an attempt', async () => {
      const { issues } = suite.store();
      const owner = makeOwner();
      const made = await insertPages(owner, [1, 2, 3, 4]);
      const others = await insertPages({ ...owner, runAttempt: 2 }, [5]);
      const read: RunIssue[] = [];
      for await (const page of issues.stream(owner, { start: 1, end: 3 })) read.push(...page);
      expect(read).toEqual(made.slice(1, 6));
      await issues.removePages({ ...owner, projectId: suite.newId('prj') }, { start: 0, end: 9 });
      expect(await streamed(owner)).toEqual(made);
      await issues.removePages(owner, { start: 1, end: 3 });
      expect(await streamed(owner)).toEqual([...made.slice(0, 1), ...made.slice(6)]);
      expect(await streamed({ ...owner, runAttempt: 2 })).toEqual(others);
    });

    it('removes the issues of earlier attempts of a run, or of a job', async () => {
      const { issues } = suite.store();
      const first = makeOwner();
      const later = { ...first, runAttempt: 2 };
      const second = { ...first, runId: suite.newId('run') };
      const other = { ...first, jobId: suite.newId('job'), runId: suite.newId('run') };
      for (const owner of [first, later, second, other]) await insertPages(owner, [2]);
      const left = async () =>
        Promise.all([first, later, second, other].map(async (owner) => (await streamed(owner)).length));
      await issues.removeOfRun(first, { beforeAttempt: 2 });
      expect(await left()).toEqual([0, 2, 2, 2]);
      await issues.removeOfJob(first);
      expect(await left()).toEqual([0, 0, 0, 2]);
    });
  });
};
