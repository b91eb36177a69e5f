import { type Column, InletError, type Mapping, type UploadInput } from '@inlet/contracts';
import type { TableRow } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { UploadChanges, UploadRef } from '../ports/uploads.js';
import { describeHeadings } from './describe-headings.js';
import { createSheetWriter } from './sheet-writer.js';

export type GivenRows = NonNullable<UploadInput['rows']>;

/** Rows above all of which there are no headings. */
const NO_HEADER = { row: 1, rows: 0 };
const SCAN = 1;

/** @throws InletError invalid_request for a column that the template does not have, source_too_large */
export function checkGivenRows(
  rows: GivenRows,
  { columns, maxRows }: { columns: readonly Column[]; maxRows: number },
): void {
  if (rows.length > maxRows)
    throw new InletError('source_too_large', { detail: `The template allows ${maxRows} rows.` });
  const keys = new Set(columns.map(({ key }) => key));
  for (const [index, row] of rows.entries())
    for (const key of Object.keys(row))
      if (!keys.has(key))
        throw new InletError('invalid_request', {
          errors: [{ path: `rows.${index}.${key}`, message: 'is no column of the template' }],
        });
}

/**
 * Stores rows that came without a file as the sheet of an upload, with one heading for each column. Returns the changes
 * of the upload after which its rows are checked.
 */
export async function storeGivenRows(
  context: Context,
  ref: UploadRef,
  { rows, columns }: { rows: GivenRows; columns: readonly Column[] },
): Promise<UploadChanges & { readonly mapping: Mapping }> {
  const keys = columns.map(({ key }) => key);
  const table = rows.map(
    (row, index): TableRow => ({ row: index + 1, cells: keys.map((key) => row[key] || undefined) }),
  );
  const writer = createSheetWriter(context, { ...ref, scan: SCAN });
  await writer.add(null, table);
  await writer.flush();
  const headings = describeHeadings({ rows: table, header: NO_HEADER, headings: keys });
  return {
    headings: headings.map((heading, index) => ({
      ...heading,
      label: columns[index]?.name ?? heading.label,
    })),
    mapping: keys.map((key) => ({ column: key, path: key })),
    scan: SCAN,
    isScanned: true,
    status: 'checking',
    revision: 1,
  };
}
