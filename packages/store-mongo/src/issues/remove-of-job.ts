import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeOfJob =
  ({ models }: Context): IssueStore['removeOfJob'] =>
  async (projectId, jobId) => {
    await models.issuePages.deleteMany({ projectId, jobId });
  };
