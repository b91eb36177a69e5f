import { InletError } from '@inlet/contracts';
import type { World } from '../ports/world.js';
import { hashKey, newKey } from './create-project.js';

/** Gives a project a new secret key. The old one stops working at once. */
export async function rotateSecretKey(
  world: World,
  { projectId }: { projectId: string },
): Promise<{ secretKey: string }> {
  const secretKey = newKey(world, 'secret');
  const isReplaced = await world.store.projects.replaceSecretKey(projectId, hashKey(secretKey));
  if (!isReplaced) throw new InletError('project_not_found');
  return { secretKey };
}
