import { InletError, type Project, projectSettingsSchema } from '@inlet/contracts';
import { requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { findCredentials } from './credentials.js';

export interface ProjectChanges {
  readonly addOrigins?: readonly string[];
  readonly removeOrigins?: readonly string[];
  /** Default: unchanged. */
  readonly isDevelopment?: boolean | undefined;
}

/** Changes the settings of the caller's project. Open widgets notice at their next request. */
export async function updateProject(
  context: Pick<Context, 'store'>,
  caller: Caller,
  changes: ProjectChanges,
): Promise<Project> {
  requireHost(caller);
  const { projectId } = caller;
  const { addOrigins = [], removeOrigins = [] } = changes;
  const { allowedOrigins, isDevelopment } = (await findCredentials(context, projectId)).project;
  const origins = new Set([...allowedOrigins, ...addOrigins]);
  for (const origin of removeOrigins) origins.delete(origin);
  const settings = projectSettingsSchema.parse({
    allowedOrigins: [...origins],
    isDevelopment: changes.isDevelopment ?? isDevelopment,
  });
  const project = await context.store.projects.updateSettings(projectId, settings);
  if (!project) throw new InletError('project_not_found');
  return project;
}
