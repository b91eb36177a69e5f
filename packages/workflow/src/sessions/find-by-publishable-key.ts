import { InletError, type Project } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { hashKey } from '../projects/create-project.js';

/** The project of a publishable key. A secret key is refused by name: it has been where it must never be. */
export async function findByPublishableKey(context: Context, key: string | undefined): Promise<Project> {
  if (key === undefined || key === '')
    throw new InletError('key_missing', { detail: 'The publishable key is missing.' });
  const found = await context.store.projects.findByKeyHash(hashKey(key));
  if (!found) throw new InletError('key_unknown');
  if (found.kind === 'secret') throw new InletError('key_secret');
  return found.project;
}
