/** More than the number of locales in use; a full cache is cleared, because callers choose the locales. */
const MAX_KEPT = 500;

/**
 * Keeps what `make` returns, by its key. For objects of Intl: to make one takes up to a hundred times as long as to use
 * it. An error of `make` is not kept.
 */
export function keepMade<Made>(make: (key: string) => Made): (key: string) => Made {
  const kept = new Map<string, Made>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, made);
    return made;
  };
}
