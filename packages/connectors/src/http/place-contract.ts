import type { DecodeHints } from '@inlet/contracts';
import type { SendRequest } from './send-request.js';

export interface OpenRequest {
  /** Absolute, http or https. Credentials in it become basic auth; see `splitCredentials`. */
  readonly url: string;
  /** Sent to the origin of `url`, not to others that it redirects to. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
  /** Of the last body, so that an unchanged one need not be sent again. */
  readonly etag?: string | null | undefined;
  readonly lastModified?: string | null | undefined;
  /**
   * Largest body, after unpacking; one that announces more is refused at once. A reader that wants only the
   * beginning leaves the loop instead of setting this low.
   */
  readonly maxBytes: number;
  /** For the head of each answer; default 30 seconds. */
  readonly headersTimeoutMs?: number;
  /** For everything, the body and its reader too; default 30 minutes. */
  readonly deadlineMs?: number;
  /** Over each `slowWindowMs` (default 20 seconds) of waiting for the site; default 1,024. */
  readonly minBytesPerSecond?: number;
  readonly slowWindowMs?: number;
  /** Aborting it makes `open`, or the body, throw the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface OpenedBody {
  readonly kind: 'body';
  /** Unpacked; can be read once. Leaving the loop early closes the connection. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The address after redirects, without credentials. */
  readonly finalUrl: string;
  /** The final address where every redirect was permanent (301 or 308); null otherwise and without redirects. */
  readonly permanentUrl: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly contentType: string | null;
  readonly hints: DecodeHints;
  /** Null where unknown, as for packed bodies. */
  readonly contentLength: number | null;
  /** Closes the connection; for a body that is not read to its end. A reader that waits is let go. */
  close(): void;
}

export interface NotModified {
  readonly kind: 'not_modified';
  readonly finalUrl: string;
  readonly permanentUrl: string | null;
}

export type OpenResult = OpenedBody | NotModified;

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** From the look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number;
  /** The answer is cut after this; default 64 KB. */
  readonly maxAnswerBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface PostResult {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: string;
  readonly durationMs: number;
}

/** HTTP and HTTPS as a place where bytes come from and go to. */
export interface HttpPlace {
  /** Throws InletError with the `source_` codes of fetching. */
  open(request: OpenRequest): Promise<OpenResult>;
  /** Throws InletError with the codes `delivery_address_private`, `_unreachable` and `_timeout`. */
  post(request: PostRequest): Promise<PostResult>;
  /** Closes the connections that are kept. */
  close(): void;
}

export interface WireOptions {
  readonly send: SendRequest;
  readonly userAgent: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
