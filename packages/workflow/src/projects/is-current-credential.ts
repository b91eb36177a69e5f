import type { Credential } from '@inlet/contracts';
import { requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { StoredKey, StoredSecret } from '../ports/store.js';
import { findCredentials, hashKey } from './credentials.js';

export interface CredentialValue {
  readonly what: Credential;
  readonly value: string;
}

/**
 * Tells whether this is the newest value of a key or secret of the caller's project. A value that was rotated is not,
 * even during its grace period.
 *
 * @throws InletError project_not_found
 */
export async function isCurrentCredential(
  context: Pick<Context, 'store'>,
  caller: Caller,
  { what, value }: CredentialValue,
): Promise<boolean> {
  requireHost(caller);
  const credentials = await findCredentials(context, caller.projectId);
  const isCurrentKey = (keys: readonly StoredKey[]) =>
    keys.some(({ hash, validUntil }) => validUntil === null && hash === hashKey(value));
  const isCurrentSecret = (secrets: readonly StoredSecret[]) =>
    secrets.some((secret) => secret.validUntil === null && secret.value === value);
  switch (what) {
    case 'secret_key':
      return isCurrentKey(credentials.secretKeys);
    case 'publishable_key':
      return isCurrentKey(credentials.publishableKeys);
    case 'user_token_secret':
      return isCurrentSecret(credentials.userTokenSecrets);
    case 'webhook_secret':
      return isCurrentSecret(credentials.webhookSecrets);
  }
}
