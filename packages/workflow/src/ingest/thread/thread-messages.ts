import type { ErrorCode, InletErrorOptions } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type { ReadPiece } from '../../ports/read-changes.js';

export type ToThread =
  | { readonly kind: 'bytes'; readonly chunks: readonly Uint8Array[] }
  | { readonly kind: 'end' }
  /** The source failed; what it gave before is still read. */
  | { readonly kind: 'fault' }
  /** A piece was dealt with. A batch gives its memory back. */
  | { readonly kind: 'done'; readonly memory?: ArrayBuffer };

export type FromThread =
  /** Bytes were taken up; more may come. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'piece'; readonly piece: ReadPiece }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** An error on its way between threads, where the class of an `InletError` would be lost. */
export type Failure =
  | { readonly kind: 'source' }
  | { readonly kind: 'inlet'; readonly code: ErrorCode; readonly options: InletErrorOptions }
  | { readonly kind: 'other'; readonly error: unknown };

/** Stands in the thread for the error of the source, which stays where it was thrown. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
}

export function toFailure(error: unknown): Failure {
  if (error instanceof SourceFault) return { kind: 'source' };
  if (!(error instanceof InletError)) return { kind: 'other', error };
  const { code, detail, extra, errors } = error;
  return {
    kind: 'inlet',
    code,
    options: { ...(detail !== undefined && { detail }), extra, ...(errors && { errors }) },
  };
}

export function fromFailure(failure: Failure, sourceFault: unknown): unknown {
  if (failure.kind === 'source') return sourceFault;
  return failure.kind === 'inlet' ? new InletError(failure.code, failure.options) : failure.error;
}
