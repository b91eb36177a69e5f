import {
  InletError,
  type Project,
  type ProjectPatch,
  projectSettingsSchema,
  type UserTokenSettings,
  userTokenSettingsSchema,
} from '@inlet/contracts';
import { requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { uploadExpiry } from '../uploads/upload-expiry.js';
import { findCredentials } from './credentials.js';

export interface ProjectChanges {
  readonly addOrigins?: readonly string[];
  readonly removeOrigins?: readonly string[];
  /** Default: unchanged. */
  readonly isDevelopment?: boolean | undefined;
  /** Default: unchanged. */
  readonly shareMappings?: boolean | undefined;
  /** Members that are left out stay unchanged. */
  readonly userTokens?: ProjectPatch['userTokens'];
  /** Members that are left out stay unchanged. */
  readonly retention?: ProjectPatch['retention'];
}

/** Changes the settings of the caller's project. Open widgets notice at their next request. */
export async function updateProject(
  context: Pick<Context, 'store' | 'now'>,
  caller: Caller,
  changes: ProjectChanges,
): Promise<Project> {
  requireHost(caller);
  const { projectId } = caller;
  const { addOrigins = [], removeOrigins = [] } = changes;
  const { allowedOrigins, isDevelopment, userTokens, shareMappings, retention } = (
    await findCredentials(context, projectId)
  ).project;
  const origins = new Set([...allowedOrigins, ...addOrigins]);
  for (const origin of removeOrigins) origins.delete(origin);
  const settings = projectSettingsSchema.parse({
    allowedOrigins: [...origins],
    isDevelopment: changes.isDevelopment ?? isDevelopment,
    shareMappings: changes.shareMappings ?? shareMappings,
    userTokens: parseUserTokens({ ...userTokens, ...changes.userTokens }),
    retention: { ...retention, ...changes.retention },
  });
  const project = await context.store.projects.updateSettings(projectId, settings);
  if (!project) throw new InletError('project_not_found');
  if (project.retention.days < retention.days)
    await context.store.uploads.shortenExpiry(projectId, { latest: await uploadExpiry(context, projectId) });
  return project;
}

/** The members fit together only as a whole, which the schema of a change cannot check. */
function parseUserTokens(settings: ProjectPatch['userTokens']): UserTokenSettings {
  const parsed = userTokenSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    path: ['userTokens', ...path].join('.'),
    message,
  }));
  throw new InletError('invalid_request', {
    detail: errors.map(({ path, message }) => `${path} ${message}`).join('; '),
    errors,
  });
}
