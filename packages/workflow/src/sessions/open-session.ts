import {
  InletError,
  type Session,
  type SessionRequest,
  type SessionResponse,
  summarize,
  type Template,
} from '@inlet/contracts';
import { findTemplate } from '../access/authorize.js';
import type { Context } from '../ports/context.js';
import { findByPublishableKey } from '../projects/find-by-key.js';
import { viewTemplateForUser } from '../templates/get-template.js';
import { withColumns } from '../templates/with-columns.js';
import { isOriginAllowed } from './allowed-origins.js';
import { checkTokenColumns, identifyUser } from './identify-user.js';

const MAX_SESSION_MS = 60 * 60 * 1000;
/** A session outlives its user token by this much, so that the widget can ask for a new one. */
const AFTER_TOKEN_MS = 60 * 1000;

/**
 * Opens a session of the widget for one template, one user (or nobody) and the page at one origin. Everything that the
 * session may do is in its token; nothing is stored.
 *
 * @throws InletError key_unknown, key_secret, origin_not_allowed, template_not_found,
 * user_token_required, and those of `verifyUserToken`
 */
export async function openSession(context: Context, request: SessionRequest): Promise<SessionResponse> {
  const project = await findByPublishableKey(context, request.publishableKey);
  if (!isOriginAllowed(project, request.origin))
    throw new InletError('origin_not_allowed', { detail: `The site is ${request.origin}.` });
  const template = await findTemplate(context, { projectId: project.id }, request.template);
  const { tokenExpiresAt, ...user } = await identifyUser(context, { project, template, request });
  if (user.columns) checkTokenColumns(template, user.columns);
  const session: Session = {
    projectId: project.id,
    templateId: template.id,
    origin: request.origin,
    ...user,
    expiresAt: Math.min(context.now().getTime() + MAX_SESSION_MS, tokenExpiresAt + AFTER_TOKEN_MS),
  };
  return {
    sessionToken: context.sessionSigner.sign(JSON.stringify(session)),
    expiresAt: new Date(session.expiresAt).toISOString(),
    template: viewTemplateForUser(withColumns(template, session.columns)),
    externalUserId: session.externalUserId,
    isSigned: session.isSigned,
    warnings: project.isDevelopment ? warningsFor(session, template) : [],
  };
}

/** Warns of everything that works only in development mode, or that will keep an import from being created. */
function warningsFor(
  { isSigned, externalUserId }: Session,
  { destination }: Template,
): SessionResponse['warnings'] {
  const codes = [
    ...(externalUserId === null ? (['user_unknown'] as const) : []),
    ...(externalUserId !== null && !isSigned ? (['user_unsigned'] as const) : []),
    ...(destination ? [] : (['template_no_destination'] as const)),
  ];
  return codes.map((code) => summarize(new InletError(code)));
}
