import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const countPages =
  ({ models }: Context): IssueStore['countPages'] =>
  (projectId, runId) =>
    models.issuePages.countDocuments({ projectId, runId }).exec();
