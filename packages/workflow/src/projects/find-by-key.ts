import { InletError, type Project } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { hashKey } from './credentials.js';

/**
 * Finds the project of a secret key. Keys are found by their hash, so that no comparison leaks one.
 *
 * @throws InletError key_missing, key_unknown, key_publishable
 */
export async function findBySecretKey(
  { store, now }: Pick<Context, 'store' | 'now'>,
  key: string | undefined,
): Promise<Project> {
  if (key === undefined || key === '') throw new InletError('key_missing');
  const found = await store.projects.findByKeyHash(hashKey(key), now());
  if (!found) throw new InletError('key_unknown');
  if (found.kind === 'publishable') throw new InletError('key_publishable');
  return found.project;
}

/**
 * Finds the project of a publishable key. A secret key has its own error: it has been in a browser.
 *
 * @throws InletError key_missing, key_unknown, key_secret
 */
export async function findByPublishableKey(
  { store, now }: Pick<Context, 'store' | 'now'>,
  key: string | undefined,
): Promise<Project> {
  if (key === undefined || key === '')
    throw new InletError('key_missing', { detail: 'The publishable key is missing.' });
  const found = await store.projects.findByKeyHash(hashKey(key), now());
  if (!found) throw new InletError('key_unknown');
  if (found.kind === 'secret') throw new InletError('key_secret');
  return found.project;
}
