import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeOfRun =
  ({ models }: Context): IssueStore['removeOfRun'] =>
  async (projectId, runId, { beforeClaim }) => {
    await models.issuePages.deleteMany({ projectId, runId, claim: { $lt: beforeClaim } });
  };
