import { type Credential, InletError, type Rotation, type RotationRequest } from '@inlet/contracts';
import { requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { CredentialLists, ProjectCredentials } from '../ports/store.js';
import { findCredentials, isValidAt, newValue, storedKey, storedSecret } from './credentials.js';

const MS_PER_MINUTE = 60_000;
/** Every delivery carries a signature for each valid webhook secret, so their number is bounded. */
const MAX_IN_GRACE = 3;

type RotatesCredentials = Pick<Context, 'store' | 'now' | 'randomBytes'>;

/**
 * Replaces a key or secret of the project and returns the new one, this once. The old one stays valid for the grace
 * period, so that both work while everything that uses it is changed over.
 *
 * @throws InletError rotation_limit_reached, credential_changed_meanwhile, project_not_found
 */
export async function rotateCredential(
  context: RotatesCredentials,
  caller: Caller,
  { what, graceMinutes }: RotationRequest,
): Promise<Rotation> {
  requireHost(caller);
  const credentials = await findCredentials(context, caller.projectId);
  const now = context.now();
  const graceEndsAt = new Date(now.getTime() + graceMinutes * MS_PER_MINUTE);
  const value = newValue(context, what);
  const lists = changeList(credentials, what, {
    added: value,
    retire: (entries) => {
      const retired = entries
        .map((entry) => ({ ...entry, validUntil: entry.validUntil ?? graceEndsAt }))
        .filter(isValidAt(now));
      if (retired.length > MAX_IN_GRACE) throw new InletError('rotation_limit_reached');
      return retired;
    },
  });
  await saveLists(context, credentials, lists);
  return { what, value, graceEndsAt: graceMinutes === 0 ? null : graceEndsAt.toISOString() };
}

/** Ends the grace period of all old values of a credential: only the current one stays valid. */
export async function endGracePeriod(
  context: Pick<Context, 'store'>,
  caller: Caller,
  { what }: { what: Credential },
): Promise<void> {
  requireHost(caller);
  const credentials = await findCredentials(context, caller.projectId);
  const retire: ListChange['retire'] = (entries) => entries.filter(({ validUntil }) => validUntil === null);
  await saveLists(context, credentials, changeList(credentials, what, { retire }));
}

interface ListChange {
  /** A new current value. */
  readonly added?: string;
  /** Decides which of the stored values stay, and until when. */
  readonly retire: <Entry extends { readonly validUntil: Date | null }>(entries: readonly Entry[]) => Entry[];
}

function changeList(
  lists: CredentialLists,
  what: Credential,
  { added, retire }: ListChange,
): CredentialLists {
  const keys = added === undefined ? [] : [storedKey(added)];
  const secrets = added === undefined ? [] : [storedSecret(added)];
  switch (what) {
    case 'secret_key':
      return { ...lists, secretKeys: [...keys, ...retire(lists.secretKeys)] };
    case 'publishable_key':
      return { ...lists, publishableKeys: [...keys, ...retire(lists.publishableKeys)] };
    case 'user_token_secret':
      return { ...lists, userTokenSecrets: [...secrets, ...retire(lists.userTokenSecrets)] };
    case 'webhook_secret':
      return { ...lists, webhookSecrets: [...secrets, ...retire(lists.webhookSecrets)] };
  }
}

async function saveLists(
  { store }: Pick<Context, 'store'>,
  { project, revision: expectedRevision }: ProjectCredentials,
  lists: CredentialLists,
): Promise<void> {
  const isSaved = await store.projects.changeCredentials(project.id, { lists, expectedRevision });
  if (!isSaved) throw new InletError('credential_changed_meanwhile');
}
