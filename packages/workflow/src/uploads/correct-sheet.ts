import { type CorrectionsResult, InletError } from '@inlet/contracts';
import { guardFormulas, type TableRow } from '@inlet/pipeline';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { Corrections, FoundCorrections, SheetState } from '../ports/sheets.js';
import { ROW_HEADING } from '../review/row-labels.js';
import { openTable } from './open-uploaded-table.js';
import { revisionOfFile } from './sheet-file.js';
import { editSheet, findEditableSheet } from './sheet-rows.js';

export interface CorrectedFile {
  readonly uploadId: string;
  readonly name: string;
  /** Revision that the file was made from, if the client knows it. */
  readonly baseRevision?: number | undefined;
  readonly bytes: AsyncIterable<Buffer>;
  readonly signal: AbortSignal;
}

/** Changed cells are kept in memory until they are stored as one edit. */
const MOST_CELLS = 200_000;
const ROWS_AT_ONCE = 2000;
const MOST_EXAMPLES = 20;
const MOST_CONFLICTS = 1000;

/**
 * Takes a written sheet back that people have corrected in a spreadsheet. The cells that they changed are one edit, which
 * one undo takes back; cells that somebody else has changed since are conflicts.
 *
 * @throws InletError upload_not_found, upload_not_mapped, upload_closed, corrections_without_rows, corrections_too_many,
 * and those of reading a file
 */
export async function correctSheet(
  context: Context,
  caller: Caller,
  { uploadId, ...file }: CorrectedFile,
): Promise<CorrectionsResult> {
  const state = await findEditableSheet(context, caller, uploadId);
  const { revision } = state.upload;
  const baseRevision = Math.min(file.baseRevision ?? revisionOfFile(file.name) ?? revision, revision);
  const found = await readCorrections(context, state, { ...file, baseRevision });
  const report = {
    cells: found.cells.length,
    unmatchedRows: found.unmatchedRows,
    unmatchedExamples: found.examples,
    unknownColumns: [...found.unknownColumns],
  };
  const none = { revision, counts: state.upload.counts, conflicts: [], operation: null };
  if (found.cells.length === 0) return { ...none, ...report };
  const operations = [{ kind: 'set' as const, cells: found.cells }];
  const outcome = await editSheet(context, caller, { uploadId, patch: { baseRevision, operations } });
  if (outcome.kind === 'running') return { ...none, ...report, operation: outcome.operation };
  const { result } = outcome;
  return {
    ...none,
    ...report,
    revision: result.revision,
    counts: result.counts,
    conflicts: result.conflicts.slice(0, MOST_CONFLICTS),
  };
}

interface ReadCorrections {
  readonly cells: FoundCorrections['cells'][number][];
  unmatchedRows: number;
  readonly examples: string[];
  readonly unknownColumns: readonly string[];
}

async function readCorrections(
  context: Context,
  state: SheetState,
  {
    bytes,
    baseRevision,
    signal,
  }: Pick<CorrectedFile, 'bytes' | 'signal'> & { readonly baseRevision: number },
): Promise<ReadCorrections> {
  const { limits } = state.template;
  const table = await openTable(context, { bytes, locale: state.upload.locale, limits, signal });
  try {
    let heading: Heading | undefined;
    const found: ReadCorrections = { cells: [], unmatchedRows: 0, examples: [], unknownColumns: [] };
    let result = found;
    for await (const batch of table.rows()) {
      let rows = batch;
      if (heading === undefined) {
        const [first, ...rest] = batch;
        if (first === undefined) continue;
        heading = readHeading(first, state);
        result = { ...found, unknownColumns: heading.unknown };
        rows = rest;
      }
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
        await addRows(context, state, {
          rows: rows.slice(at, at + ROWS_AT_ONCE),
          heading,
          baseRevision,
          result,
        });
    }
    if (heading === undefined) throw new InletError('corrections_without_rows');
    return result;
  } finally {
    await table.close();
  }
}

interface Heading {
  /** Place of the labels. */
  readonly label: number;
  /** Keys of the columns, and their places. */
  readonly columns: readonly string[];
  readonly places: readonly number[];
  readonly unknown: readonly string[];
}

function readHeading({ cells }: TableRow, { template }: SheetState): Heading {
  const names = Array.from(cells, (text) => text?.trim() ?? '');
  const label = names.indexOf(ROW_HEADING);
  if (label < 0) throw new InletError('corrections_without_rows');
  const columns: string[] = [];
  const places: number[] = [];
  const unknown: string[] = [];
  for (const [place, name] of names.entries()) {
    if (place === label || name === '') continue;
    const column = template.columns.find((one) => namesOf(one).includes(name) && !columns.includes(one.key));
    if (column === undefined) unknown.push(name);
    else {
      columns.push(column.key);
      places.push(place);
    }
  }
  return { label, columns, places, unknown };
}

const namesOf = ({ name }: { readonly name: string }): string[] => [name, guardFormulas(name)];

interface RowsToAdd extends Pick<Corrections, 'baseRevision'> {
  readonly rows: readonly TableRow[];
  readonly heading: Heading;
  readonly result: ReadCorrections;
}

async function addRows(
  { sheets }: Context,
  state: SheetState,
  { rows, heading, baseRevision, result }: RowsToAdd,
): Promise<void> {
  const { cells, unmatched } = await sheets.findCorrections(state, {
    baseRevision,
    columns: heading.columns,
    rows: rows.map((row) => ({
      label: row.cells[heading.label] ?? '',
      texts: heading.places.map((place) => row.cells[place] ?? null),
    })),
  });
  result.cells.push(...cells);
  if (result.cells.length > MOST_CELLS)
    throw new InletError('corrections_too_many', { detail: `A file may change ${MOST_CELLS} cells.` });
  result.unmatchedRows += unmatched.length;
  result.examples.push(...unmatched.slice(0, MOST_EXAMPLES - result.examples.length));
}
