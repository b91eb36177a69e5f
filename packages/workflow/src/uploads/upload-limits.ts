import { InletError } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { UploadUserRef } from '../ports/uploads.js';

type LimitContext = Pick<Context, 'store' | 'settings' | 'now'>;

const HOUR_MS = 3_600_000;

/** @throws InletError upload_limit_reached */
export async function checkUserLimits(context: LimitContext, user: UploadUserRef): Promise<void> {
  const { unfinishedPerUser, perHour } = context.settings.uploadLimits;
  const since = new Date(context.now().getTime() - HOUR_MS);
  const { unfinished, recent } = await context.store.uploads.usageOfUser(user, { since });
  if (unfinished >= unfinishedPerUser)
    throw new InletError('upload_limit_reached', { detail: `${unfinishedPerUser} may be unfinished.` });
  if (recent >= perHour)
    throw new InletError('upload_limit_reached', { detail: `${perHour} may be begun within an hour.` });
}

/** @throws InletError upload_quota if the project has no room for these bytes */
export async function checkSpace(context: LimitContext, projectId: string, moreBytes = 0): Promise<void> {
  const { bytesPerProject } = context.settings.uploadLimits;
  const { bytes } = await context.store.uploads.usageOfProject(projectId);
  if (bytes + moreBytes <= bytesPerProject && bytes < bytesPerProject) return;
  throw new InletError('upload_quota', { detail: `All files may have ${bytesPerProject} bytes together.` });
}
