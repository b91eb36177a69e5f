import { createHash } from 'node:crypto';
import { type Credential, InletError } from '@inlet/contracts';
import { newWebhookSecret } from '@inlet/delivery';
import type { Context } from '../ports/context.js';
import type { ProjectCredentials, StoredKey, StoredSecret } from '../ports/store.js';

/** Keys name their kind, so that a secret one is noticed in the wrong place. */
const KEY_PREFIX = { secret_key: 'inlet_sk_', publishable_key: 'inlet_pk_' } as const;
const KEY_BYTES = 32;
/** Characters after the fixed prefix that are shown to tell values apart. */
const SHOWN_CHARACTERS = 4;

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** A new random value of a credential. */
export function newValue({ randomBytes }: Pick<Context, 'randomBytes'>, what: Credential): string {
  switch (what) {
    case 'webhook_secret':
      return newWebhookSecret(randomBytes);
    case 'user_token_secret':
      return randomBytes(KEY_BYTES).toString('base64url');
    case 'secret_key':
    case 'publishable_key':
      return KEY_PREFIX[what] + randomBytes(KEY_BYTES).toString('base64url');
  }
}

export const storedKey = (key: string): StoredKey => ({
  hash: hashKey(key),
  prefix: shownPrefix(key),
  validUntil: null,
});

export const storedSecret = (value: string): StoredSecret => ({ value, validUntil: null });

/** The first characters of a key or secret, few enough to leave it secret. */
export function shownPrefix(value: string): string {
  const [fixed = ''] = /^(inlet_[a-z]{2}_|whsec_)/.exec(value) ?? [];
  return value.slice(0, fixed.length + SHOWN_CHARACTERS);
}

type Ends = Pick<StoredKey, 'validUntil'>;

export const isValidAt =
  (now: Date) =>
  ({ validUntil }: Ends): boolean =>
    validUntil === null || validUntil > now;

/** The secrets that are valid at a moment, the newest first. */
export function validSecrets(secrets: readonly StoredSecret[], now: Date): readonly string[] {
  return secrets.filter(isValidAt(now)).map(({ value }) => value);
}

/** @throws InletError project_not_found */
export async function findCredentials(
  { store }: Pick<Context, 'store'>,
  projectId: string,
): Promise<ProjectCredentials> {
  const credentials = await store.projects.get(projectId);
  if (!credentials) throw new InletError('project_not_found');
  return credentials;
}
