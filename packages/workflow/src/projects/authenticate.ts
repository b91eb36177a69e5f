import { InletError, type Project } from '@inlet/contracts';
import type { World } from '../ports/world.js';
import { hashKey } from './create-project.js';

/** The project that a secret key belongs to. Keys are looked up by their hash, so that no comparison leaks one. */
export async function authenticate(world: World, key: string | undefined): Promise<Project> {
  if (key === undefined || key === '') throw new InletError('key_missing');
  const found = await world.store.projects.findByKeyHash(hashKey(key));
  if (!found) throw new InletError('key_unknown');
  if (found.kind === 'publishable') throw new InletError('key_publishable');
  return found.project;
}
