import type { MappedColumn, SheetPatch, SheetQuery } from '@inlet/contracts';
import type { Failure } from '../../ingest/thread/thread-messages.js';
import type { Corrections, RejectedSheetRow, SheetFileRequest, SheetState } from '../../ports/sheets.js';
import type { SheetStore } from '../../ports/uploads.js';
import type { SheetProgress } from '../sheet.js';
import type { EngineStore } from '../sheet-engine.js';

/** A call of the engine in the thread. */
export type SheetCall = { readonly state: SheetState } & (
  | { readonly name: 'check' | 'issues' | 'validRows' }
  | { readonly name: 'rows'; readonly query: SheetQuery }
  | { readonly name: 'columnTexts'; readonly mapped: MappedColumn }
  | { readonly name: 'edit'; readonly patch: SheetPatch }
  | { readonly name: 'storeRejections'; readonly rejected: readonly RejectedSheetRow[] }
  | { readonly name: 'file'; readonly request: SheetFileRequest }
  | { readonly name: 'findCorrections'; readonly corrections: Corrections }
);

export type ToSheetThread =
  | { readonly kind: 'call'; readonly id: number; readonly call: SheetCall }
  | { readonly kind: 'cancel'; readonly id: number }
  /** A part of a stream was processed; another may come. */
  | { readonly kind: 'next'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer };

export type FromSheetThread =
  | { readonly kind: 'result'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'part'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: SheetProgress }
  /** Asks the store, to which only the main thread has a connection. */
  | ({ readonly kind: 'ask'; readonly id: number } & StoreQuestion);

export type Answer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Functions of the store that the thread calls. */
export type StoreFunctions = Omit<EngineStore, 'sheets'> & Omit<SheetStore, 'remove'>;

interface StoreQuestion {
  readonly name: keyof StoreFunctions;
  readonly parameters: readonly unknown[];
}
