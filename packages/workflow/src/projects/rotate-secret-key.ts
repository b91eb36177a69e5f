import { InletError } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { hashKey, newKey } from './create-project.js';

/** Gives a project a new secret key. The old one stops working at once. */
export async function rotateSecretKey(
  context: Context,
  { projectId }: { projectId: string },
): Promise<{ secretKey: string }> {
  const secretKey = newKey(context, 'secret');
  const isReplaced = await context.store.projects.replaceSecretKey(projectId, hashKey(secretKey));
  if (!isReplaced) throw new InletError('project_not_found');
  return { secretKey };
}
