import type { RunIssue } from '@inlet/contracts';
import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const stream = ({ models }: Context): IssueStore['stream'] =>
  async function* (projectId, { runId, runAttempt }): AsyncGenerator<readonly RunIssue[]> {
    const pages = models.issuePages
      .find({ projectId, runId, runAttempt })
      .select({ issues: 1 })
      .sort({ number: 1 })
      .lean()
      .cursor({ batchSize: 8 });
    for await (const { issues } of pages) yield issues;
  };
