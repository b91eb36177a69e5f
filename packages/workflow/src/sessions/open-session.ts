import {
  InletError,
  type Project,
  type Session,
  type SessionRequest,
  type SessionResponse,
  summarize,
  type Template,
} from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { isOriginAllowed } from './allowed-origins.js';
import { checkRuntimeColumns } from './check-runtime-columns.js';
import { findByPublishableKey } from './find-by-publishable-key.js';
import { identifyUser } from './identify-user.js';
import { viewSessionTemplate } from './session-template.js';

const LONGEST_MS = 60 * 60 * 1000;
/** A session outlives its user token by this much, in which the widget gets a new one. */
const AFTER_TOKEN_MS = 60 * 1000;

/**
 * Begins a session of the widget: for one template, one user (or nobody) and the page at one origin. All that
 * the session may do is in its token; nothing is stored.
 *
 * @throws InletError key_unknown, key_secret, origin_not_allowed, template_not_found, template_not_automatic,
 * user_token_required, user_token_invalid, user_token_expired
 */
export async function openSession(
  context: Context,
  { request }: { request: SessionRequest },
): Promise<SessionResponse> {
  const project = await findByPublishableKey(context, request.publishableKey);
  if (!isOriginAllowed(project, request.origin))
    throw new InletError('origin_not_allowed', { detail: `The site is ${request.origin}.` });
  const template = await findAutomaticTemplate(context, { project, idOrCode: request.template });
  const { tokenExpiresAt, ...user } = await identifyUser(context, { project, request });
  if (user.columns) checkRuntimeColumns(template, user.columns);
  const session: Session = {
    projectId: project.id,
    templateId: template.id,
    origin: request.origin,
    ...user,
    expiresAt: Math.min(context.now().getTime() + LONGEST_MS, tokenExpiresAt + AFTER_TOKEN_MS),
  };
  return {
    sessionToken: context.sessionSigner.sign(JSON.stringify(session)),
    expiresAt: new Date(session.expiresAt).toISOString(),
    template: viewSessionTemplate(template, session.columns),
    externalUserId: session.externalUserId,
    isSigned: session.isSigned,
    warnings: warningsFor(session, { project, template }),
  };
}

/** An id goes before a code, which may look like one. */
async function findAutomaticTemplate(
  context: Context,
  { project, idOrCode }: { project: Project; idOrCode: string },
): Promise<Template> {
  const { templates } = context.store;
  const template =
    (await templates.get(project.id, idOrCode)) ?? (await templates.getByCode(project.id, idOrCode));
  if (!template) throw new InletError('template_not_found');
  if (template.mode !== 'automatic') throw new InletError('template_not_automatic');
  return template;
}

/** What works now, and will not outside of development mode, or not to the end. */
function warningsFor(
  { isSigned, externalUserId }: Session,
  { project, template }: { project: Project; template: Template },
): SessionResponse['warnings'] {
  if (!project.isDevelopment) return [];
  const codes = [
    ...(externalUserId === null ? (['user_unknown'] as const) : []),
    ...(externalUserId !== null && !isSigned ? (['user_unsigned'] as const) : []),
    ...(template.destination ? [] : (['template_no_destination'] as const)),
  ];
  return codes.map((code) => summarize(new InletError(code)));
}
