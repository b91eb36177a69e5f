import { InletError, type Session, type SessionResponse } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { ReviewLink, Upload } from '../ports/uploads.js';
import { hashKey } from '../projects/credentials.js';
import { viewTemplateForUser } from '../templates/get-template.js';
import { withColumns } from '../templates/with-columns.js';
import { isReviewable } from '../uploads/review-links.js';

const MAX_SESSION_MS = 60 * 60 * 1000;

type ReadsUploads = Pick<Context, 'store' | 'now'>;

/**
 * Opens a session for the page of a review link: as the user of the upload, and for this upload alone.
 *
 * @throws InletError review_link_invalid
 */
export async function openReviewSession(context: Context, token: string): Promise<SessionResponse> {
  const tokenHash = hashKey(token);
  const upload = await context.store.uploads.findByReviewToken(tokenHash);
  const link = upload && findValidLink(context, upload, (one) => one.tokenHash === tokenHash);
  if (!upload || !link || !isReviewable(upload)) throw new InletError('review_link_invalid');
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('review_link_invalid');
  const session: Session = {
    projectId: upload.projectId,
    templateId: upload.templateId,
    origin: new URL(context.settings.publicUrl).origin,
    externalUserId: upload.externalUserId,
    isSigned: true,
    columns: upload.columns && [...upload.columns],
    // The upload has its own.
    extra: null,
    expiresAt: Math.min(context.now().getTime() + MAX_SESSION_MS, link.expiresAt.getTime()),
    review: { uploadId: upload.id, linkId: link.id },
  };
  return {
    sessionToken: context.sessionSigner.sign(JSON.stringify(session)),
    expiresAt: new Date(session.expiresAt).toISOString(),
    template: { ...viewTemplateForUser(withColumns(template, session.columns)), mode: 'manual' },
    externalUserId: session.externalUserId,
    isSigned: true,
    warnings: [],
    reviewUploadId: upload.id,
  };
}

/** A session of a review page ends with its link. @throws InletError review_link_invalid */
export async function checkReviewSession(
  context: ReadsUploads,
  { projectId, review }: Pick<Session, 'projectId' | 'review'>,
): Promise<void> {
  if (!review) return;
  const upload = await context.store.uploads.get({ projectId, uploadId: review.uploadId });
  if (!upload || !findValidLink(context, upload, ({ id }) => id === review.linkId))
    throw new InletError('review_link_invalid');
}

/** Whether a run sends the rows of the upload that a review session is for. */
export async function isRunOfReview(
  { store }: ReadsUploads,
  { projectId, review }: Pick<Session, 'projectId' | 'review'>,
  runId: string,
): Promise<boolean> {
  const run = await store.runs.get({ projectId, runId });
  return review !== undefined && run?.upload?.uploadId === review.uploadId;
}

const findValidLink = (
  { now }: ReadsUploads,
  { reviewLinks }: Upload,
  isWanted: (link: ReviewLink) => boolean,
): ReviewLink | undefined => reviewLinks.find((link) => link.expiresAt > now() && isWanted(link));
