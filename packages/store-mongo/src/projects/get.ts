import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toProjectCredentials } from './project-record.js';

export const get =
  ({ models, cipher }: Context): ProjectStore['get'] =>
  async (projectId) => {
    const record = await models.projects.findById(projectId).lean();
    return record && toProjectCredentials(record, cipher);
  };
