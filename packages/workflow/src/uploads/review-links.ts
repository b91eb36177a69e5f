import { InletError } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type ReviewLink, type Upload, uploadRef } from '../ports/uploads.js';
import { hashKey } from '../projects/credentials.js';

const DAY_MS = 86_400_000;
const TOKEN_BYTES = 32;
/** Earlier links end when there are more. */
const MOST_LINKS = 20;

export interface NewReviewLink {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** Statuses in which there is nothing to review any more. */
export const isReviewable = ({ status }: Pick<Upload, 'status'>): boolean =>
  status !== 'completed' && status !== 'cancelled' && status !== 'expired' && status !== 'failed';

/**
 * A link to a page of Inlet on which one upload can be reviewed and finished, and nothing else.
 *
 * @throws InletError upload_not_found, upload_closed
 */
export async function createReviewLink(
  context: Context,
  caller: Caller,
  { uploadId, days }: { uploadId: string; days: number },
): Promise<NewReviewLink> {
  const link = await addReviewLink(context, await findVisibleUpload(context, caller, uploadId), days);
  if (link === null) throw new InletError('upload_closed');
  return link;
}

/** Returns null if there is nothing to review. Only the hash of the token is kept. */
export async function addReviewLink(
  context: Context,
  upload: Upload,
  days: number,
): Promise<NewReviewLink | null> {
  for (let current: Upload | null = upload; current && isReviewable(current); ) {
    const now = context.now();
    const token = context.randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAt = new Date(now.getTime() + days * DAY_MS);
    const link: ReviewLink = { id: context.newId('lnk'), tokenHash: hashKey(token), expiresAt };
    const valid = current.reviewLinks.filter((one) => one.expiresAt > now).slice(1 - MOST_LINKS);
    const reviewLinks = [...valid, link];
    // The upload is kept for as long as the link is valid.
    const keepUntil = new Date(Math.max(current.expiresAt.getTime(), expiresAt.getTime()));
    const changed = await context.store.uploads.change(uploadRef(current), {
      changes: { reviewLinks, expiresAt: keepUntil },
      condition: { updatedAt: current.updatedAt },
      now,
    });
    if (changed) {
      // The part behind the # is sent to no server.
      const url = `${context.settings.publicUrl}/review#${token}`;
      return { id: link.id, url, expiresAt: expiresAt.toISOString() };
    }
    current = await context.store.uploads.get(uploadRef(current));
  }
  return null;
}

/** Ends all review links of an upload. @throws InletError upload_not_found */
export async function removeReviewLinks(context: Context, caller: Caller, uploadId: string): Promise<void> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  await context.store.uploads.change(uploadRef(upload), {
    changes: { reviewLinks: [] },
    now: context.now(),
  });
}
