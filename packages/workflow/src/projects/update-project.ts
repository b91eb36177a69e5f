import { InletError, type Project, projectSettingsSchema } from '@inlet/contracts';
import type { Context } from '../ports/context.js';

export interface ProjectChanges {
  readonly addOrigins?: readonly string[];
  readonly removeOrigins?: readonly string[];
  /** Default: stays as it is. */
  readonly isDevelopment?: boolean;
}

/** Changes what an operator decides about a project. Open widgets notice with their next request. */
export async function updateProject(
  context: Context,
  { projectId, changes }: { projectId: string; changes: ProjectChanges },
): Promise<Project> {
  const { addOrigins = [], removeOrigins = [] } = changes;
  const credentials = await context.store.projects.get(projectId);
  if (!credentials) throw new InletError('project_not_found');
  const { allowedOrigins, isDevelopment } = credentials.project;
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
