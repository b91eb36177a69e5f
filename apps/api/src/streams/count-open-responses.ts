import type { ServerResponse } from 'node:http';
import { InletError } from '@inlet/contracts';

/**
 * Returns a function that counts a response for `key` for as long as its connection is open, and throws `rate_limited`
 * if `max` are open. Call it before the first await: a response that is closed already is not counted.
 *
 * @param what such as `event streams`
 */
export function countOpenResponses(
  max: number,
  what: string,
): (key: string, response: ServerResponse) => void {
  const openByKey = new Map<string, Set<ServerResponse>>();
  return (key, response) => {
    if (response.destroyed) return;
    const open = openByKey.get(key) ?? new Set();
    if (open.size >= max)
      throw new InletError('rate_limited', { detail: `At most ${max} ${what} at a time.` });
    openByKey.set(key, open.add(response));
    response.once('close', () => {
      open.delete(response);
      if (open.size === 0) openByKey.delete(key);
    });
  };
}
