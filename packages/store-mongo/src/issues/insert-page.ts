import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { withoutUndefined } from '../without-undefined.js';

export const insertPage =
  ({ models }: Context): IssueStore['insertPage'] =>
  async ({ projectId, jobId, runId, runAttempt, number, issues }) => {
    await models.issuePages.updateOne(
      { _id: `${runId}:${runAttempt}:${number}`, projectId },
      { $set: { jobId, runId, runAttempt, number, issues: withoutUndefined(issues) } },
      { upsert: true },
    );
  };
