import type { OpenResult } from '@inlet/connectors';
import type { Source } from '@inlet/contracts';
import type { Context } from '../ports/context.js';

export interface OpenSourceOptions {
  readonly source: Source;
  readonly maxBytes: number;
  readonly deadlineMs: number;
  /** Make the request conditional. */
  readonly etag?: string | null;
  readonly lastModified?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a source through the guarded way out. */
export function openSource(context: Context, options: OpenSourceOptions): Promise<OpenResult> {
  const { source, maxBytes, deadlineMs, etag, lastModified, signal } = options;
  return context.place.open({
    url: source.url,
    ...(source.headers && { headers: source.headers }),
    ...(source.basicAuth && { basicAuth: source.basicAuth }),
    etag: etag ?? null,
    lastModified: lastModified ?? null,
    maxBytes,
    deadlineMs,
    ...(signal && { signal }),
  });
}

/** Opens a source unconditionally, so that a body is all that can come. */
export async function openBody(
  context: Context,
  options: Omit<OpenSourceOptions, 'etag' | 'lastModified'>,
): Promise<OpenResult & { kind: 'body' }> {
  const opened = await openSource(context, options);
  if (opened.kind === 'body') return opened;
  throw new Error('a site answered 304 to a request without conditions');
}
