import type { Index } from '../storage/catalog.js';
import type { KeyRange } from '../storage/environment.js';

/** Reads documents by `_id`, or all of them. */
export interface DocumentScan {
  kind: 'documents';
  ranges: KeyRange[];
  isReverse: boolean;
  /** Everything that is read matches the filter, and nothing is read twice. */
  isExact: boolean;
  /** Documents come in the wanted order. */
  isSorted: boolean;
}

/** Reads an index, and the documents that its entries name. */
export interface IndexScan extends Omit<DocumentScan, 'kind'> {
  kind: 'index';
  index: Index;
}

/** One scan for each alternative of an `$or`; a document may come from several. */
export interface Union {
  kind: 'union';
  branches: Scan[];
  isExact: false;
  isSorted: boolean;
}

export type Scan = DocumentScan | IndexScan;
export type Plan = Scan | Union;

/** A scan that reads the whole collection. */
export const isWholeScan = (plan: Scan): boolean =>
  plan.kind === 'documents' && plan.ranges.some((range) => range.start.length === PREFIX_BYTES);

/** Every key begins with the number of its collection or index. */
export const PREFIX_BYTES = 4;
