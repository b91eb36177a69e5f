/** A key as a part of a path: `~` is written `~0` and `/` is written `~1` (RFC 6901). */
export function escapeKey(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

function unescapeKey(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The keys of a path without its leading slash; none for the empty path. */
export function pathKeys(path: string): string[] {
  return path === '' ? [] : path.split('/').map(unescapeKey);
}

/** For people: `author > name`. */
export function pathLabel(path: string): string {
  return pathKeys(path.replace(/^\//, '')).join(' > ');
}
