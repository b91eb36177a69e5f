import type { Context } from '../ports/context.js';
import type { FileRef } from '../ports/uploads.js';

/** How long the bytes of a transfer may pause before its scan ends; the next bytes start another scan. */
const MOST_PAUSE_MS = 60_000;
const POLL_MS = 500;

/** The transfer of a file paused for so long that its scan ends. */
export class TransferPaused extends Error {
  override readonly name = 'TransferPaused';
}

/**
 * The bytes of a file from the beginning, also while they still arrive in this process or another one.
 *
 * @throws TransferPaused
 */
export async function* storedFileBytes(
  context: Pick<Context, 'store' | 'arrivals'>,
  file: FileRef,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let at = 0;
  let lastAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const near = context.arrivals.take(file, at);
    if (near !== undefined) {
      at += near.length;
      lastAt = Date.now();
      yield near;
      continue;
    }
    const upload = await context.store.uploads.get(file);
    const entry = upload?.files.find(({ id }) => id === file.fileId);
    if (entry === undefined) throw new TransferPaused('the upload is gone');
    const size = await context.store.files.size(file);
    if (size > at) {
      lastAt = Date.now();
      for await (const bytes of context.store.files.read(file, { start: at, end: size })) {
        at += bytes.length;
        yield bytes;
      }
      continue;
    }
    if (entry.sizeBytes !== null && at >= entry.sizeBytes) return;
    if (Date.now() - lastAt > MOST_PAUSE_MS) throw new TransferPaused('no bytes have arrived');
    await context.arrivals.changed(file, POLL_MS);
  }
}
