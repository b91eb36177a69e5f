import type { OutlineRequest, OutlineResponse } from '@inlet/contracts';
import { DEFAULT_READ_LIMITS, outlineSource } from '@inlet/pipeline';
import type { World } from '../ports/world.js';
import { openBody } from './open-source.js';

/** A bounded first look at a source: its format, its records and their headings. */
export async function outlineFromSource(
  world: World,
  { request, signal }: { projectId: string; request: OutlineRequest; signal?: AbortSignal },
): Promise<OutlineResponse> {
  const { settings } = world;
  const body = await openBody(world, {
    source: request.source,
    maxBytes: DEFAULT_READ_LIMITS.maxSourceBytes,
    deadlineMs: settings.outlineDeadlineMs,
    signal,
  });
  try {
    const { outline, feed } = await outlineSource(body.bytes, {
      ...(request.recordPath !== undefined && { recordPath: request.recordPath }),
      ...(request.reading && { reading: request.reading }),
      ...(body.charset !== null && { httpCharset: body.charset }),
      ...(signal && { signal }),
      maxBytes: settings.outlineMaxBytes,
      baseUrl: body.finalUrl,
    });
    return { outline, feed, finalUrl: body.finalUrl };
  } finally {
    body.close();
  }
}
