import type { OutlineProgress, OutlineResponse, WidgetOutlineRequest } from '@inlet/contracts';
import { DEFAULT_READ_LIMITS, outlineSource } from '@inlet/pipeline';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { followSitemaps } from './follow-sitemaps.js';
import { createIdentityScan } from './identity-scan.js';
import { openBytes } from './open-source.js';
import { keepHead, scanHead } from './scan-head.js';
import { withStoredCredentials } from './stored-credentials.js';
import { throttle } from './throttle.js';
import { findUnreadPages } from './unread-pages.js';

const PROGRESS_EVERY_MS = 100;

export interface OutlineFromSourceInput {
  readonly request: WidgetOutlineRequest;
  readonly signal?: AbortSignal | undefined;
  /** Called when the first bytes arrive, then about ten times a second while more arrive. */
  readonly onProgress?: ((progress: OutlineProgress) => void) | undefined;
}

/** Reads a bounded part of a source and finds its format, its records and their headings. */
export async function outlineFromSource(
  context: Context,
  caller: Caller,
  { request, signal, onProgress }: OutlineFromSourceInput,
): Promise<OutlineResponse> {
  const { settings } = context;
  const source = await withStoredCredentials(context, caller, request);
  const limits = {
    maxBytes: DEFAULT_READ_LIMITS.maxSourceBytes,
    deadlineMs: settings.outlineDeadlineMs,
  };
  const opened = await openBytes(context, source, { limits, signal });
  const progress = throttle((read: () => OutlineProgress) => onProgress?.(read()), {
    everyMs: PROGRESS_EVERY_MS,
  });
  try {
    const body = await followSitemaps(context, opened, {
      source,
      recordPath: request.recordPath,
      limits,
      signal,
    });
    const { bytes, head } = keepHead(body.bytes, settings.outlineMaxBytes);
    const { outline, feed } = await outlineSource(bytes, {
      recordPath: request.recordPath,
      parseOptions: request.parseOptions,
      hints: body.hints,
      signal,
      onBytes: onProgress && progress.call,
      maxBytes: settings.outlineMaxBytes,
    });
    const { recordPath, parseOptions } = outline;
    const page = { source, opened: body, head, recordPath, parseOptions };
    const identity = createIdentityScan(outline);
    const unread = findUnreadPages(context, page, await scanHead(page, identity));
    const warnings = [...outline.warnings, ...identity.warnings(), ...unread.warnings];
    const proposedPagination = unread.proposed ?? undefined;
    return { outline: { ...outline, warnings }, feed, finalUrl: body.finalUrl, proposedPagination };
  } finally {
    progress.stop();
    opened.close();
  }
}
