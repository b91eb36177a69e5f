import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toProjectRecord } from './project-record.js';

export const insert =
  ({ models, cipher }: Context): ProjectStore['insert'] =>
  async (credentials) => {
    await models.projects.create(toProjectRecord(credentials, cipher));
  };
