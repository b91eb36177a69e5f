import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { PUBLIC_FIELDS, toProject } from './project-record.js';

export const findByKeyHash =
  ({ models }: Context): ProjectStore['findByKeyHash'] =>
  async (hash) => {
    const record = await models.projects
      .findOne({ $or: [{ secretKeyHash: hash }, { publishableKeyHash: hash }] })
      .select({ ...PUBLIC_FIELDS, secretKeyHash: 1 })
      .lean();
    if (record === null) return null;
    return { project: toProject(record), kind: record.secretKeyHash === hash ? 'secret' : 'publishable' };
  };
