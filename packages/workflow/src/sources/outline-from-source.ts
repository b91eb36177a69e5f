import type { OutlineProgress, OutlineRequest, OutlineResponse } from '@inlet/contracts';
import { DEFAULT_READ_LIMITS, outlineSource } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { openBody } from './open-source.js';
import { throttle } from './throttle.js';

const PROGRESS_EVERY_MS = 100;

export interface OutlineFromSourceOptions {
  readonly projectId: string;
  readonly request: OutlineRequest;
  readonly signal?: AbortSignal;
  /** Called when the first bytes have come, then about ten times a second as long as more come. */
  readonly onProgress?: ((progress: OutlineProgress) => void) | undefined;
}

/** A bounded first look at a source: its format, its records and their headings. */
export async function outlineFromSource(
  context: Context,
  { request, signal, onProgress }: OutlineFromSourceOptions,
): Promise<OutlineResponse> {
  const { settings } = context;
  const body = await openBody(context, {
    source: request.source,
    maxBytes: DEFAULT_READ_LIMITS.maxSourceBytes,
    deadlineMs: settings.outlineDeadlineMs,
    signal,
  });
  const progress = throttle((read: () => OutlineProgress) => onProgress?.(read()), {
    everyMs: PROGRESS_EVERY_MS,
  });
  try {
    const { outline, feed } = await outlineSource(body.bytes, {
      recordPath: request.recordPath,
      parseOptions: request.parseOptions,
      hints: body.hints,
      signal,
      onBytes: onProgress && progress.call,
      maxBytes: settings.outlineMaxBytes,
    });
    return { outline, feed, finalUrl: body.finalUrl };
  } finally {
    progress.stop();
    body.close();
  }
}
