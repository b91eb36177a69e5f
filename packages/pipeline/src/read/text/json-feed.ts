const VERSION = /^https?:\/\/jsonfeed\.org\/version\/(\d[\d.]*)/;

/** `1.1` for `https://jsonfeed.org/version/1.1`; null for anything else. */
export function feedVersion(version: string | undefined): string | null {
  return VERSION.exec(version ?? '')?.[1] ?? null;
}
