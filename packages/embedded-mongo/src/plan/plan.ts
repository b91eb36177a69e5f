import type { Index } from '../storage/catalog.js';
import type { KeyRange } from '../storage/key-range.js';

/** Reads documents by `_id`, or all of them. */
export interface DocumentScan {
  kind: 'documents';
  ranges: KeyRange[];
  isReverse: boolean;
  /** Whether every document that is read matches the filter, and none is read twice. */
  isExact: boolean;
  /** Whether documents arrive in the order of the sort. */
  isSorted: boolean;
}

/** Reads an index and the documents of its entries. */
export interface IndexScan extends Omit<DocumentScan, 'kind'> {
  kind: 'index';
  index: Index;
}

/** One scan for each alternative of an `$or`; several may find the same document. */
export interface Union {
  kind: 'union';
  branches: Scan[];
  isExact: false;
  isSorted: boolean;
}

export type Scan = DocumentScan | IndexScan;
export type Plan = Scan | Union;

/** Whether a scan reads the whole collection. */
export const isWholeScan = (plan: Scan): boolean =>
  plan.kind === 'documents' && plan.ranges.some((range) => range.start.length === PREFIX_BYTES);

/** Every key begins with the number of its collection or index. */
export const PREFIX_BYTES = 4;
