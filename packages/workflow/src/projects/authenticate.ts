import { InletError, type Project } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { hashKey } from './create-project.js';

/** The project that a secret key belongs to. Keys are looked up by their hash, so that no comparison leaks one. */
export async function authenticate(context: Context, key: string | undefined): Promise<Project> {
  if (key === undefined || key === '') throw new InletError('key_missing');
  const found = await context.store.projects.findByKeyHash(hashKey(key));
  if (!found) throw new InletError('key_unknown');
  if (found.kind === 'publishable') throw new InletError('key_publishable');
  return found.project;
}
