import type { Version } from '../connector.js';

type Headers = Readonly<Record<string, string>>;

/** The validators of a response (RFC 9110, section 8.8); null for one that it does not have. */
interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** Encodes the validators of a response as JSON; returns null if it has none. */
export function versionOf(headers: Headers): Version | null {
  const validators: Validators = {
    etag: headers.etag || null,
    lastModified: headers['last-modified'] || null,
  };
  return validators.etag || validators.lastModified ? JSON.stringify(validators) : null;
}

/** Returns the headers of a request that should only be answered if the version is no longer current. */
export function conditionalHeaders(version: Version | null): Headers {
  const { etag, lastModified }: Validators = version
    ? JSON.parse(version)
    : { etag: null, lastModified: null };
  return {
    ...(etag ? { 'if-none-match': etag } : {}),
    ...(lastModified ? { 'if-modified-since': lastModified } : {}),
  };
}
