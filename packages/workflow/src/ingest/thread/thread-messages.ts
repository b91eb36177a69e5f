import type { ErrorCode, InletErrorOptions } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type { ReadPiece } from '../../ports/change-reader.js';
import type { ComparedPage, PageTurn } from '../../ports/source-pages.js';

export type ToThread =
  | { readonly kind: 'bytes'; readonly chunks: readonly Uint8Array[] }
  | { readonly kind: 'end' }
  /** The source failed; the bytes before the error are still read. */
  | { readonly kind: 'source_failed' }
  /** The answer to `page_compared`: the next page, whose bytes follow, or the end of the source. */
  | {
      readonly kind: 'turned';
      readonly turn: Omit<PageTurn & { kind: 'page' }, 'bytes'> | (PageTurn & { kind: 'end' });
    }
  /** A piece was processed. `memory` is that of a batch, for reuse. */
  | { readonly kind: 'done'; readonly memory?: ArrayBuffer | undefined };

export type FromThread =
  /** The thread has read a group of bytes; another may come. */
  | { readonly kind: 'bytes_read' }
  | { readonly kind: 'piece'; readonly piece: ReadPiece }
  /** The page is read. The thread waits for `turned`. */
  | { readonly kind: 'page_compared'; readonly page: ComparedPage }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** An error as a message. Structured cloning would lose the class of an `InletError`. */
export type Failure =
  | { readonly kind: 'source' }
  | { readonly kind: 'inlet'; readonly code: ErrorCode; readonly options: InletErrorOptions }
  | { readonly kind: 'other'; readonly error: unknown };

/** Represents the error of the source in the thread; the original stays outside. */
export class SourceFailedError extends Error {
  override readonly name = 'SourceFailedError';
}

export function toFailure(error: unknown): Failure {
  if (error instanceof SourceFailedError) return { kind: 'source' };
  if (!(error instanceof InletError)) return { kind: 'other', error };
  const { code, detail, extra, errors } = error;
  return { kind: 'inlet', code, options: { detail, extra, errors } };
}

export function fromFailure(failure: Failure, sourceError: unknown): unknown {
  if (failure.kind === 'source') return sourceError;
  return failure.kind === 'inlet' ? new InletError(failure.code, failure.options) : failure.error;
}

/** Returns bytes whose memory can be transferred. Transferring a view of shared memory would take all of that along. */
export function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isOwn ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/** Wakes one waiter, which then checks the state that it waits for. */
export interface Bell {
  /** Resolves at the next ring. */
  rings(): Promise<void>;
  ring(): void;
}

export function createBell(): Bell {
  let wake = () => {};
  return {
    rings: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    ring: () => wake(),
  };
}
