import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { PUBLIC_FIELDS, toProject } from './project-record.js';

export const updateSettings =
  ({ models }: Context): ProjectStore['updateSettings'] =>
  async (projectId, { allowedOrigins, isDevelopment }) => {
    const record = await models.projects
      .findOneAndUpdate(
        { _id: projectId },
        { $set: { allowedOrigins, isDevelopment } },
        { returnDocument: 'after' },
      )
      .select(PUBLIC_FIELDS)
      .lean();
    return record && toProject(record);
  };
