import { DEFAULT_RETENTION } from '@inlet/contracts';
import type { Context } from '../ports/context.js';

const DAY_MS = 86_400_000;

/** When an upload that somebody touches now is removed, by the retention of its project. */
export async function uploadExpiry(
  { store, now }: Pick<Context, 'store' | 'now'>,
  projectId: string,
): Promise<Date> {
  const found = await store.projects.get(projectId);
  const { days } = found?.project.retention ?? DEFAULT_RETENTION;
  return new Date(now().getTime() + days * DAY_MS);
}
