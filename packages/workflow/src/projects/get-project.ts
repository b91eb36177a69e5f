import type { CredentialView, ProjectView } from '@inlet/contracts';
import { requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { StoredKey } from '../ports/store.js';
import { findCredentials, isValidAt, shownPrefix } from './credentials.js';

/** The caller's project with the valid credentials, of which only the first characters are shown. */
export async function getProject(
  context: Pick<Context, 'store' | 'now'>,
  caller: Caller,
): Promise<ProjectView> {
  requireHost(caller);
  const credentials = await findCredentials(context, caller.projectId);
  const { id, name, allowedOrigins, isDevelopment, userTokens, shareMappings, retention, createdAt } =
    credentials.project;
  const isValid = isValidAt(context.now());
  const view = ({ prefix, validUntil }: Omit<StoredKey, 'hash'>): CredentialView => ({
    prefix,
    validUntil: validUntil?.toISOString() ?? null,
  });
  const viewKeys = (keys: readonly StoredKey[]) => keys.filter(isValid).map(view);
  const viewSecrets = (secrets: typeof credentials.webhookSecrets) =>
    secrets.filter(isValid).map(({ value, validUntil }) => view({ prefix: shownPrefix(value), validUntil }));
  return {
    id,
    name,
    allowedOrigins: [...allowedOrigins],
    isDevelopment,
    userTokens,
    shareMappings,
    retention,
    createdAt: createdAt.toISOString(),
    credentials: {
      secret_key: viewKeys(credentials.secretKeys),
      publishable_key: viewKeys(credentials.publishableKeys),
      user_token_secret: viewSecrets(credentials.userTokenSecrets),
      webhook_secret: viewSecrets(credentials.webhookSecrets),
    },
  };
}
