import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeOfRun =
  ({ models }: Context): IssueStore['removeOfRun'] =>
  async (projectId, runId, { beforeAttempt }) => {
    await models.issuePages.deleteMany({ projectId, runId, runAttempt: { $lt: beforeAttempt } });
  };
