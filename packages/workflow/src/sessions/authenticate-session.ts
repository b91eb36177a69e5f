import { InletError, type Session, sessionSchema } from '@inlet/contracts';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { isOriginAllowed } from './allowed-origins.js';

/**
 * Reads the session from its token. The project is read each time, so that removing a site from its list and ending
 * development mode take effect at once, not when the session ends.
 *
 * @throws InletError session_missing, session_invalid, session_expired
 */
export async function authenticateSession(context: Context, token: string | undefined): Promise<Session> {
  if (token === undefined || token === '') throw new InletError('session_missing');
  const session = readSession(context, token);
  checkNotExpired(context, session);
  const credentials = await context.store.projects.get(session.projectId);
  if (!credentials) throw new InletError('session_invalid');
  const { project } = credentials;
  // The page of a review link is Inlet's own.
  if (session.review) return session;
  if (!isOriginAllowed(project, session.origin)) throw new InletError('session_invalid');
  if (!session.isSigned && !project.isDevelopment) throw new InletError('session_invalid');
  return session;
}

export function checkNotExpired(context: Pick<Context, 'now'>, { expiresAt }: Session): void {
  if (expiresAt <= context.now().getTime()) throw new InletError('session_expired');
}

/** @param locale language of descriptions for the user, such as `de` */
export function callerOfSession(session: Session, locale: string | undefined): Caller {
  const { projectId, externalUserId, isSigned, templateId, columns, extra } = session;
  return { projectId, user: { externalUserId, isSigned, templateId, columns, extra, locale } };
}

function readSession(context: Pick<Context, 'sessionSigner'>, token: string): Session {
  const content = context.sessionSigner.open(token);
  // A token of an earlier version of Inlet may have other content.
  const parsed = content === null ? null : sessionSchema.safeParse(JSON.parse(content));
  if (!parsed?.success) throw new InletError('session_invalid');
  return parsed.data;
}
