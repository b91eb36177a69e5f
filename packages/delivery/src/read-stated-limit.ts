import { parseJson } from './parse-json.js';

/** The names of the limit in the body of a 413 response: ours, and that of the package `raw-body` (Express, Koa). */
const NAMES = ['maxBytes', 'limit'] as const;

/** Reads the largest accepted body from a 413 response such as `{"maxBytes":102400}`; null if it does not say so. */
export function readStatedLimit(answer: string): number | null {
  const parsed: unknown = parseJson(answer);
  if (typeof parsed !== 'object' || parsed === null) return null;
  const members: Readonly<Record<string, unknown>> = { ...parsed };
  for (const name of NAMES) {
    const bytes = members[name];
    if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  }
  return null;
}
