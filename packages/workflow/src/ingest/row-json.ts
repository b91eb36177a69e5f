import type { DeliveredRow, RowChange } from '@inlet/contracts';
import type { SourceRow } from './source-rows.js';

// The JSON of rows, as `deliveredRowSchema` describes it.

/** The rows in the body of a batch. */
export const parseRows = (body: Buffer): DeliveredRow[] => JSON.parse(`[${body.toString()}]`);

export interface RowHead {
  readonly rowKey: string;
  readonly change: RowChange;
  readonly version: number;
}

/** The JSON of a row up to its values, which are appended separately to save a copy. */
export const rowHead = ({ row, place, blank }: SourceRow, { rowKey, change, version }: RowHead): string =>
  `{"rowKey":"${rowKey}","change":"${change}","version":${version},"record":${row.record},${place}${blank}"values":`;

export const removedJson = (rowKey: string, version: number): string =>
  `{"rowKey":"${rowKey}","change":"removed","version":${version},"record":null,"values":null}`;

export interface RekeyedRow {
  readonly rowKey: string;
  readonly previousRowKey: string;
  readonly version: number;
}

export const rekeyedJson = ({ rowKey, previousRowKey, version }: RekeyedRow): string =>
  `{"rowKey":"${rowKey}","previousRowKey":"${previousRowKey}","change":"rekeyed","version":${version},"record":null,"values":null}`;

/** A changed row that gets its earlier values again. */
export const restoredJson = ({
  blank,
  ...row
}: Pick<DeliveredRow, 'rowKey' | 'version' | 'values' | 'blank'>): string =>
  `{"rowKey":"${row.rowKey}","change":"updated","version":${row.version},"record":null,${blank ? `"blank":${JSON.stringify(blank)},` : ''}"values":${JSON.stringify(row.values)}}`;
