import { InletError, type Session, sessionSchema } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { isOriginAllowed } from './allowed-origins.js';

/**
 * The session of a token. What its project allows is looked at anew each time: a site that is taken off the list
 * and the end of development mode count at once, not when the session ends.
 *
 * @throws InletError session_missing, session_invalid, session_expired
 */
export async function authenticateSession(context: Context, token: string | undefined): Promise<Session> {
  if (token === undefined || token === '') throw new InletError('session_missing');
  const session = readSession(context, token);
  refuseExpired(context, session);
  const credentials = await context.store.projects.get(session.projectId);
  if (!credentials) throw new InletError('session_invalid');
  const { project } = credentials;
  if (!isOriginAllowed(project, session.origin)) throw new InletError('session_invalid');
  if (!session.isSigned && !project.isDevelopment) throw new InletError('session_invalid');
  return session;
}

export function refuseExpired(context: Pick<Context, 'now'>, { expiresAt }: Session): void {
  if (expiresAt <= context.now().getTime()) throw new InletError('session_expired');
}

function readSession(context: Context, token: string): Session {
  const content = context.sessionSigner.open(token);
  // A token of an earlier version of Inlet may hold something else.
  const parsed = content === null ? null : sessionSchema.safeParse(JSON.parse(content));
  if (!parsed?.success) throw new InletError('session_invalid');
  return parsed.data;
}
