import { createSourceWarning, InletError } from '@inlet/contracts';
import type { IncompleteWarning } from '../ports/source-pages.js';

export interface TolerantTransfer {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** After the last byte: set if the connection was closed, or an archive ended, before the source was complete. */
  readonly incomplete: IncompleteWarning | null;
}

/**
 * Ends the bytes of a source where its transfer broke off, so that the rows before are not lost. A transfer without any
 * byte keeps its error.
 */
export function tolerateCut(source: AsyncIterable<Uint8Array>): TolerantTransfer {
  let incomplete: IncompleteWarning | null = null;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let hasBytes = false;
    try {
      for await (const chunk of source) {
        hasBytes ||= chunk.length > 0;
        yield chunk;
      }
    } catch (error) {
      if (!hasBytes || !(error instanceof InletError) || error.code !== 'source_interrupted') throw error;
      incomplete = createSourceWarning('transfer_cut', { fault: error.detail ?? error.message });
    }
  }
  return {
    bytes: bytes(),
    get incomplete() {
      return incomplete;
    },
  };
}
