import {
  type Column,
  externalUserIdSchema,
  type FieldError,
  InletError,
  type JsonValue,
  type Project,
  type Session,
  type SessionRequest,
  type Template,
  templateFaults,
} from '@inlet/contracts';
import { checkColumns } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { verifyUserToken } from './verify-user-token.js';

export interface IdentifiedUser extends Pick<Session, 'externalUserId' | 'isSigned' | 'extra' | 'columns'> {
  /** Milliseconds since 1970; infinite without a token. */
  readonly tokenExpiresAt: number;
}

export interface UserQuestion {
  readonly project: Project;
  /** The template that the session is for. */
  readonly template: Pick<Template, 'id' | 'code'>;
  readonly request: SessionRequest;
}

/**
 * Identifies the user who opens the widget. A user token proves the user; an id from the page counts only in
 * development mode. `extra` of the token wins over that of the page, because the user can change the latter.
 *
 * @throws InletError user_token_required, and those of `verifyUserToken`
 */
export async function identifyUser(
  context: Context,
  { project, template, request }: UserQuestion,
): Promise<IdentifiedUser> {
  const extra = request.extra ?? null;
  if (request.userToken !== undefined) {
    const claims = await verifyUserToken(context, { token: request.userToken, project, template });
    return {
      externalUserId: claims.sub,
      isSigned: true,
      extra: claims.extra ?? extra,
      columns: claims.schema ?? null,
      tokenExpiresAt: claims.exp * 1000,
    };
  }
  if (!project.isDevelopment) throw new InletError('user_token_required');
  return {
    externalUserId: request.externalUserId ?? userIdIn(extra),
    isSigned: false,
    extra,
    columns: null,
    tokenExpiresAt: Number.POSITIVE_INFINITY,
  };
}

/** `extra.externalUserId`, as hosts that come from another product write it. */
function userIdIn(extra: JsonValue): string | null {
  if (typeof extra !== 'object' || extra === null || Array.isArray(extra)) return null;
  const parsed = externalUserIdSchema.safeParse(extra.externalUserId);
  return parsed.success ? parsed.data : null;
}

/**
 * Refuses the `schema` of a user token if a template could not have these columns, or if they lack what identifies
 * the template's rows.
 *
 * @throws InletError user_token_invalid
 */
export function checkTokenColumns(
  { identity, uniqueTogether }: Pick<Template, 'identity' | 'uniqueTogether'>,
  columns: readonly Column[],
): void {
  const faults = templateFaults({ columns: [...columns], identity, uniqueTogether });
  refuseSchema(faults.map(({ path, message }) => ({ path: path.join('.'), message })));
  try {
    checkColumns(columns);
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
    refuseSchema(error.errors ?? []);
    throw error;
  }
}

/** Columns of a template are called `schema` in a token. */
function refuseSchema(faults: readonly FieldError[]): void {
  const [first] = faults;
  if (!first) return;
  throw new InletError('user_token_invalid', {
    detail: `Its schema is not valid: ${first.message}`,
    errors: faults.map(({ path, message }) => ({ path: path.replace(/^columns/, 'schema'), message })),
  });
}
