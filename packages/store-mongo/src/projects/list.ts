import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toProject } from './project-record.js';

export const list =
  ({ models }: Context): ProjectStore['list'] =>
  async () => {
    const records = await models.projects.find().select({ name: 1, createdAt: 1 }).sort({ _id: 1 }).lean();
    return records.map(toProject);
  };
