import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { PUBLIC_FIELDS, toProject } from './project-record.js';

export const list =
  ({ models }: Context): ProjectStore['list'] =>
  async () => {
    const records = await models.projects.find().select(PUBLIC_FIELDS).sort({ _id: 1 }).lean();
    return records.map(toProject);
  };
