import type { DecodeHints, NextPageField, Pagination, SourceByKind, SourceWarning } from '@inlet/contracts';

/** Opaque text by which a connector recognises bytes that it has returned before. Only the connector reads it. */
export type Version = string;

/** Limits of one download. Times are in milliseconds. */
export interface OpenLimits {
  /**
   * Largest size after decompression. A source that announces more is rejected before it is read. A reader that
   * needs only the beginning leaves the loop instead of setting this low.
   */
  readonly maxBytes: number;
  /** From the request to the last byte, including the time that the reader takes; default 30 minutes. */
  readonly deadlineMs?: number | undefined;
  /** From the request to the first response; default 30 seconds. */
  readonly responseTimeoutMs?: number | undefined;
  /** Smallest rate, measured over each `slowWindowMs` spent waiting for the source; default 1,024. */
  readonly minBytesPerSecond?: number | undefined;
  /** Default 20 seconds. */
  readonly slowWindowMs?: number | undefined;
}

export interface SourceOpenOptions {
  /** The version that the caller has already read. With null, `open` always returns bytes. */
  readonly since: Version | null;
  readonly limits: OpenLimits;
  /** Whether a redirect to this address is followed; by default, each one that the guard accepts. */
  readonly mayRedirectTo?: ((address: string) => boolean) | undefined;
  /** If it is aborted, `open` or the read of the bytes throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface OpenedBytes {
  readonly kind: 'bytes';
  /** Decompressed; can be read once. Leaving the loop early closes the connection. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Pass it as `since` the next time; null if the source does not say how to recognise these bytes. */
  readonly version: Version | null;
  readonly hints: DecodeHints;
  /** null if it is unknown, as for compressed bytes. */
  readonly sizeBytes: number | null;
  /** The address that the bytes came from, after redirects and without credentials. */
  readonly finalUrl: string;
  /** The new address if the source has moved there for good; else null. */
  readonly movedTo: string | null;
  /** The next page, if the transport names it: an address, perhaps relative. Else null. */
  readonly declaredNext: string | null;
  /** Closes the connection of bytes that are not read to their end. Ends a read that is waiting for more. */
  close(): void;
}

/** The source has not changed since the version that the caller named. */
export interface Unchanged {
  readonly kind: 'unchanged';
  readonly movedTo: string | null;
}

export type OpenResult = OpenedBytes | Unchanged;

/** A page of a source that was read. */
export interface PageRead extends Pick<OpenedBytes, 'finalUrl' | 'declaredNext'> {
  /** The next page as the content names it: an address, perhaps relative, or the value at the path of pagination. */
  readonly foundNext: string | null;
  /** A field of the content that usually leads to the next page, if no path is configured. */
  readonly nextPageField: NextPageField | null;
  /** Number of records on the page. */
  readonly records: number;
}

/**
 * The page that follows another one. `left`: there is one that is not read, for the reason in `warning`; `proposed` is a
 * setting that would read it.
 */
export type NextPage<Source> =
  | {
      readonly kind: 'page';
      readonly source: Source;
      /** It has the number after that of the page, so that no page follows an empty one. */
      readonly isNumbered: boolean;
    }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'left';
      readonly warning: SourceWarning<'pages_left'>;
      readonly proposed: Pagination | null;
    };

/** Reads one kind of source. Each protocol implements it in its own folder. */
export interface Connector<Source> {
  /** Throws InletError with a code that begins with `source_`. */
  open(source: Source, options: SourceOpenOptions): Promise<OpenResult>;
  /** Returns the source of the page that follows a page, whose own source is `page`. */
  nextPage(page: Source, read: PageRead): NextPage<Source>;
}

/** The connectors of an application, by the kind of source that they read. */
export type Connectors = { readonly [Kind in keyof SourceByKind]: Connector<SourceByKind[Kind]> };
