import {
  InletError,
  type Operation,
  type SheetPatch,
  type SheetPatchResult,
  summarize,
} from '@inlet/contracts';
import type { UploadRef } from '../../ports/uploads.js';
import type { SheetProgress } from '../sheet.js';

/** Work on sheets of this process that no request waits for. */
export interface SheetOperations {
  /** Notes work that has begun. */
  begin(upload: UploadRef, kind: Operation['kind']): BegunOperation;
  get(upload: UploadRef, operationId: string): Operation | null;
  /** Asks the work to stop. What counts already stays, as one step that can be undone. */
  cancel(upload: UploadRef, operationId: string): Operation | null;
}

interface BegunOperation {
  readonly signal: AbortSignal;
  readonly noteProgress: (progress: SheetProgress) => void;
  /** The present state of the operation, which can be found by its id from then on. */
  publish(work: Promise<SheetPatchResult>): Operation;
}

interface Entry {
  readonly upload: UploadRef;
  readonly controller: AbortController;
  operation: Operation;
}

/** How long an operation can be found after its end. */
const KEEP_MS = 600_000;

export function createSheetOperations({ newId }: { newId: (prefix: 'opn') => string }): SheetOperations {
  const entries = new Map<string, Entry>();

  const find = ({ projectId, uploadId }: UploadRef, id: string): Entry | undefined => {
    const entry = entries.get(id);
    return entry?.upload.projectId === projectId && entry.upload.uploadId === uploadId ? entry : undefined;
  };

  const end = (entry: Entry, change: Pick<Operation, 'status' | 'error' | 'matches'>) => {
    const { done, total } = entry.operation;
    entry.operation = { ...entry.operation, ...change, done: change.status === 'done' ? total : done };
    setTimeout(() => entries.delete(entry.operation.id), KEEP_MS).unref();
  };

  return {
    begin(upload, kind) {
      const controller = new AbortController();
      const operation: Operation = {
        id: newId('opn'),
        kind,
        status: 'running',
        done: 0,
        total: 0,
        error: null,
      };
      const entry: Entry = { upload, controller, operation };
      return {
        signal: controller.signal,
        noteProgress({ done, total }) {
          entry.operation = { ...entry.operation, done, total };
        },
        publish(work) {
          entries.set(operation.id, entry);
          work.then(
            ({ matches }) => end(entry, { status: 'done', error: null, matches }),
            (error: unknown) =>
              end(
                entry,
                controller.signal.aborted
                  ? { status: 'cancelled', error: null }
                  : { status: 'failed', error: summarize(toInletError(error)) },
              ),
          );
          return entry.operation;
        },
      };
    },
    get: (upload, operationId) => find(upload, operationId)?.operation ?? null,
    cancel(upload, operationId) {
      const entry = find(upload, operationId);
      entry?.controller.abort();
      return entry?.operation ?? null;
    },
  };
}

const toInletError = (cause: unknown): InletError =>
  cause instanceof InletError ? cause : new InletError('internal', { cause });

const KINDS = ['replace', 'fix', 'fill', 'delete', 'undo', 'redo'] as const;

/** The kind that people see of a patch: that of its first large operation. */
export const kindOfPatch = ({ operations }: SheetPatch): Operation['kind'] =>
  KINDS.find((kind) => operations.some((operation) => operation.kind === kind)) ?? 'fill';
