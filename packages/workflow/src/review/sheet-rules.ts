import type { Cell, CheckedRow, Column, Issue, Row, Severity } from '@inlet/contracts';
import { compileCheck, createIssueSink, hashText, MESSAGES, type TextHash } from '@inlet/pipeline';
import type { SheetState } from '../ports/sheets.js';

/** A rule about values that may occur once in a sheet. */
interface UniqueRule {
  readonly columnKey: string | null;
  readonly code: Issue['code'];
  readonly severity: Severity;
  /** Hash of the values that may occur once; undefined for a row without them. */
  hashOf(cells: readonly Cell[]): TextHash | undefined;
  /** The issue of a row whose values an earlier row has, which people know by a number. */
  issueOf(cells: readonly Cell[], earlierRow: number): Issue;
}

/** The rules of a template, of which those about single rows are apart from those about several. */
export interface SheetRules {
  /** The columns that can break a rule. */
  readonly columns: readonly Column[];
  /** Checks a row with the texts of these columns, or of all columns of the template. */
  checkRow(row: Pick<Row, 'texts'>): CheckedRow;
  readonly unique: readonly UniqueRule[];
}

type Rules = Pick<SheetState['template'], 'columns' | 'identity' | 'uniqueTogether'>;

export function compileSheetRules(template: Rules): SheetRules {
  const { identity, uniqueTogether } = template;
  const named = new Set([...identity, ...uniqueTogether.flatMap((group) => group.columns)]);
  const columns = template.columns.filter((column) => named.has(column.key) || hasRules(column));
  const isPartial = columns.length < template.columns.length;
  const places = columns.map((column) => template.columns.indexOf(column));
  const single = columns.map((column) => ({ ...column, unique: false }));
  const check = compileCheck({ columns: single, uniqueTogether: [] });
  const keys = columns.map(({ key }) => key);
  const positionsOf = (wanted: readonly string[]) => wanted.map((key) => keys.indexOf(key));
  return {
    columns,
    checkRow({ texts }) {
      const isWhole = isPartial && texts.length === template.columns.length;
      const checked = isWhole ? places.map((place) => texts[place]) : texts;
      return check.checkRows([{ record: 0, texts: checked }])[0]!;
    },
    unique: [
      ...columns.flatMap(({ key, unique }, position) =>
        unique ? [compileUnique(key, position, unique === true ? {} : unique)] : [],
      ),
      ...uniqueTogether.map((group) => {
        const positions = positionsOf(group.columns);
        const names = positions.map((position) => columns[position]?.name ?? '').join(', ');
        return compileUniqueTogether(positions, { ...group, names });
      }),
      ...(identity.length > 0 ? [compileIdentity(positionsOf(identity))] : []),
    ],
  };
}

/** Any text is a value of these columns: most rows are checked faster without them. */
const hasRules = ({ type, required, unique, length, pattern, forbidden }: Column): boolean =>
  (type !== 'text' && type !== 'any') ||
  [required, unique, length, pattern, forbidden].some((rule) => rule !== undefined && rule !== false);

interface OwnWords {
  readonly severity?: Severity | undefined;
  readonly message?: string | undefined;
}

/** People know the rows of a file by their row numbers. */
const sink = createIssueSink({
  ...MESSAGES,
  not_unique: '“{value}” is already in row {first}. Each value may occur once.',
  not_unique_together: '“{value}” is already in row {first}. {columns} together may occur once.',
});
const takeIssue = (): Issue => sink.take()![0]!;

function compileUnique(columnKey: string, position: number, { severity, message }: OwnWords): UniqueRule {
  const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : JSON.stringify(cell));
  return {
    columnKey,
    code: 'not_unique',
    severity: severity ?? 'error',
    hashOf(cells) {
      const cell = cells[position] ?? null;
      return cell === null ? undefined : hashText(textOf(cell));
    },
    issueOf(cells, first) {
      const text = showCell(cells[position] ?? null);
      const refusal = { refused: 'not_unique', fill: { first } } as const;
      sink.report({ columnKey, refusal, text, severity, message });
      return takeIssue();
    },
  };
}

const showCell = (cell: Cell): string => (cell === null ? '' : String(cell));

const hashCells = (cells: readonly Cell[], positions: readonly number[]): TextHash | undefined => {
  const values = positions.map((position) => cells[position] ?? null);
  return values.every((value) => value === null) ? undefined : hashText(JSON.stringify(values));
};

function compileUniqueTogether(
  positions: readonly number[],
  { severity, message, names }: OwnWords & { readonly names: string },
): UniqueRule {
  return {
    columnKey: null,
    code: 'not_unique_together',
    severity: severity ?? 'error',
    hashOf: (cells) => hashCells(cells, positions),
    issueOf(cells, first) {
      const text = positions.map((position) => showCell(cells[position] ?? null)).join(', ');
      const refusal = { refused: 'not_unique_together', fill: { first, columns: names } } as const;
      sink.report({ columnKey: null, refusal, text, severity, message });
      return takeIssue();
    },
  };
}

/** Rows without a value in an identity column are told apart by their place in the sheet. */
const compileIdentity = (positions: readonly number[]): UniqueRule => ({
  columnKey: null,
  code: 'duplicate_identity',
  severity: 'error',
  hashOf: (cells) => hashCells(cells, positions),
  issueOf: (cells, first) => ({
    columnKey: null,
    code: 'duplicate_identity',
    message: `Row ${first} is the same item: it has the same values in the columns that identify a row.`,
    severity: 'error',
    value: positions.map((position) => showCell(cells[position] ?? null)).join(', '),
  }),
});
