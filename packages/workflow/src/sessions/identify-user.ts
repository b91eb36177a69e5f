import {
  externalUserIdSchema,
  InletError,
  type JsonValue,
  type Project,
  type Session,
  type SessionRequest,
} from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { readUserToken } from './read-user-token.js';

export interface IdentifiedUser extends Pick<Session, 'externalUserId' | 'isSigned' | 'extra' | 'columns'> {
  /** Milliseconds since 1970; infinite without a token. */
  readonly tokenExpiresAt: number;
}

/**
 * Who opens the widget. A user token says so for certain; what the page says without one counts in development
 * mode only. `extra` of the token goes before the page's, as only the token's is beyond the user's reach.
 */
export async function identifyUser(
  context: Context,
  { project, request }: { project: Project; request: SessionRequest },
): Promise<IdentifiedUser> {
  const extra = request.extra ?? null;
  if (request.userToken !== undefined) {
    const secret = await findUserTokenSecret(context, project);
    const attempt = readUserToken(request.userToken, { secret, now: context.now() });
    return {
      externalUserId: attempt.sub,
      isSigned: true,
      extra: attempt.extra ?? extra,
      columns: attempt.schema ?? null,
      tokenExpiresAt: attempt.exp * 1000,
    };
  }
  if (!project.isDevelopment) throw new InletError('user_token_required');
  const externalUserId = request.externalUserId ?? userIn(extra);
  return {
    externalUserId,
    isSigned: false,
    extra,
    columns: null,
    tokenExpiresAt: Number.POSITIVE_INFINITY,
  };
}

async function findUserTokenSecret(context: Context, project: Project): Promise<string> {
  const credentials = await context.store.projects.get(project.id);
  if (!credentials) throw new InletError('key_unknown');
  return credentials.userTokenSecret;
}

/** `extra.externalUserId`, as hosts that come from another product write it. */
function userIn(extra: JsonValue): string | null {
  if (typeof extra !== 'object' || extra === null || Array.isArray(extra)) return null;
  const parsed = externalUserIdSchema.safeParse(extra.externalUserId);
  return parsed.success ? parsed.data : null;
}
