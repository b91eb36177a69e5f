import { InletError, type Session } from '@inlet/contracts';
import { type Context, checkReviewSession, isRunOfReview } from '@inlet/workflow';
import type { FastifyRequest } from 'fastify';

/** Routes of one upload end with these; removing it, and adding files to it, are not among them. */
const UPLOAD_ROUTES = new Set([
  'GET ',
  'GET /events',
  'GET /head',
  'GET /suggestions',
  'GET /rows',
  'GET /issues',
  'GET /plan',
  'GET /operations/:operationId',
  'PUT /header',
  'PUT /mapping',
  'PATCH /rows',
  'POST /column-texts',
  'POST /download-links',
  'POST /corrections',
  'POST /finish',
  'POST /cancel',
  'DELETE /operations/:operationId',
]);
const ROUTE = /^\/widget\/v1\/(template|uploads\/:uploadId|runs\/:runId)(.*)$/;
const RUN_ROUTES = new Set(['GET ', 'GET /events', 'GET /issues']);

/**
 * Holds the session of a review page to its upload, and to the run of that: every route that is not named here is closed
 * to it.
 *
 * @throws InletError not_permitted, review_link_invalid
 */
export async function checkReviewScope(
  context: Context,
  request: FastifyRequest,
  session: Session,
): Promise<void> {
  const { review } = session;
  if (!review) return;
  await checkReviewSession(context, session);
  const [, kind = '', rest = ''] = ROUTE.exec(request.routeOptions.url ?? '') ?? [];
  const route = `${request.method} ${rest}`;
  const params = request.params as { readonly uploadId?: string; readonly runId?: string };
  const isAllowed =
    (kind === 'template' && route === 'GET ') ||
    (kind === 'uploads/:uploadId' && params.uploadId === review.uploadId && UPLOAD_ROUTES.has(route)) ||
    (kind === 'runs/:runId' &&
      RUN_ROUTES.has(route) &&
      (await isRunOfReview(context, session, params.runId ?? '')));
  if (!isAllowed) throw new InletError('not_permitted');
}
