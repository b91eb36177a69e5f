/** A key as a segment of a path: `~` becomes `~0` and `/` becomes `~1` (RFC 6901). */
export function escapeKey(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

function unescapeKey(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The keys of a path without its leading slash; [] for the empty path. */
export function pathKeys(path: string): string[] {
  return path === '' ? [] : path.split('/').map(unescapeKey);
}

/** `~` before anything but 0 or 1 cannot occur in the path of a name, so feed fields never clash with names. */
export const FEED_FIELD_PREFIX = '~feed/';

export const isFeedFieldPath = (path: string): boolean => path.startsWith(FEED_FIELD_PREFIX);

/** A segment of a record path: each member of an object whose keys are ids, such as `/products/~each`. */
export const EACH = '~each';

/** The path of a record's key in such an object. */
export const KEY_PATH = '~key';

/** The end of a record path for the rows of an object whose members are columns, such as `/hourly/~rows`. */
export const ROWS = '~rows';

export const isOfColumns = (recordPath: string): boolean => recordPath.endsWith(`/${ROWS}`);

/** The keys of a record path without `~rows`; null for each member. */
export function recordKeys(recordPath: string): (string | null)[] {
  const path = recordPath.slice(1, isOfColumns(recordPath) ? -ROWS.length - 1 : undefined);
  return path === '' ? [] : path.split('/').map((part) => (part === EACH ? null : unescapeKey(part)));
}

/** A path as people see it: `author > name`. */
export function pathLabel(path: string): string {
  if (path === KEY_PATH) return 'key';
  const parts = path.replace(/^\//, '').split('/');
  return pathKeys(parts.filter((part) => part !== EACH && part !== ROWS).join('/')).join(' > ');
}
