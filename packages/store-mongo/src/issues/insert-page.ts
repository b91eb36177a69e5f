import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { withoutUndefined } from '../without-undefined.js';

export const insertPage =
  ({ models }: Context): IssueStore['insertPage'] =>
  async ({ projectId, jobId, runId, number, issues }) => {
    // replaces: a run that was taken over writes the same pages again
    await models.issuePages.updateOne(
      { _id: `${runId}:${number}`, projectId },
      { $set: { jobId, runId, number, issues: withoutUndefined(issues) } },
      { upsert: true },
    );
  };
