import { InletError, type Session, sessionSchema } from '@inlet/contracts';
import type { World } from '../ports/world.js';
import { isOriginAllowed } from './allowed-origins.js';

/**
 * The session of a token. What its project allows is looked at anew each time: a site that is taken off the list
 * and the end of development mode count at once, not when the session ends.
 *
 * @throws InletError session_missing, session_invalid, session_expired
 */
export async function authenticateSession(world: World, token: string | undefined): Promise<Session> {
  if (token === undefined || token === '') throw new InletError('session_missing');
  const session = readSession(world, token);
  refuseExpired(world, session);
  const credentials = await world.store.projects.get(session.projectId);
  if (!credentials) throw new InletError('session_invalid');
  const { project } = credentials;
  if (!isOriginAllowed(project, session.origin)) throw new InletError('session_invalid');
  if (!session.isSigned && !project.isDevelopment) throw new InletError('session_invalid');
  return session;
}

export function refuseExpired(world: Pick<World, 'now'>, { expiresAt }: Session): void {
  if (expiresAt <= world.now().getTime()) throw new InletError('session_expired');
}

function readSession(world: World, token: string): Session {
  const content = world.sessionSigner.open(token);
  // A token of an earlier version of Inlet may hold something else.
  const parsed = content === null ? null : sessionSchema.safeParse(JSON.parse(content));
  if (!parsed?.success) throw new InletError('session_invalid');
  return parsed.data;
}
