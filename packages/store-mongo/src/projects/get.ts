import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toProjectCredentials } from './project-record.js';

export const get =
  ({ collections, cipher }: Context): ProjectStore['get'] =>
  async (projectId) => {
    const record = await collections.projects.findOne({ _id: projectId });
    return record && toProjectCredentials(record, cipher);
  };
