import type { RunIssue } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Run } from '../ports/model.js';

export const PAGE_ISSUES = 500;

/** Collects issues of a run and stores them in pages. */
export interface IssueLog {
  add(issues: readonly RunIssue[]): Promise<void>;
  /** Drops all issues so far: the source is read again from the beginning. */
  clear(): Promise<void>;
  /** Stores the last page. */
  close(): Promise<void>;
}

/** Numbers the pages from `firstPage` and stores them for the run's staged attempt. */
export function createIssueLog(
  context: Context,
  { run, firstPage }: { run: Run; firstPage: number },
): IssueLog {
  let page: RunIssue[] = [];
  let number = firstPage;
  const flush = async () => {
    if (page.length === 0) return;
    const { projectId, jobId, id: runId, stagedAttempt: runAttempt } = run;
    await context.store.issues.insertPage({ projectId, jobId, runId, runAttempt, number, issues: page });
    number += 1;
    page = [];
  };
  return {
    async add(issues) {
      for (const issue of issues) {
        page.push(issue);
        if (page.length === PAGE_ISSUES) await flush();
      }
    },
    async clear() {
      page = [];
      number = firstPage;
      const { projectId, id: runId, stagedAttempt } = run;
      const all = { beforeAttempt: stagedAttempt + 1 };
      await context.store.issues.removeOfRun({ projectId, runId }, all);
    },
    close: flush,
  };
}
