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

/** A path as people see it: `author > name`. */
export function pathLabel(path: string): string {
  return pathKeys(path.replace(/^\//, '')).join(' > ');
}
