import type { RunIssue } from '@inlet/contracts';

const HEADINGS = ['record', 'rowKey', 'column', 'code', 'severity', 'message', 'value'];

/**
 * Yields issues as CSV (RFC 4180, UTF-8): a line of headings, then one line for each issue, with CRLF. Yields page by
 * page, so that a run with a million issues need not fit into memory.
 */
export async function* issuesCsv(pages: AsyncIterable<readonly RunIssue[]>): AsyncGenerator<string> {
  yield line(HEADINGS);
  for await (const issues of pages) if (issues.length > 0) yield issues.map(issueLine).join('');
}

function issueLine({ record, rowKey, columnKey, code, severity, message, value }: RunIssue): string {
  return line([String(record), rowKey ?? '', columnKey ?? '', code, severity, message, value ?? '']);
}

function line(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(harmless(cell))).join(',')}\r\n`;
}

/**
 * Matches text that a spreadsheet would run as a formula (OWASP, "CSV Injection"): also in the small and full-width
 * forms, which some spreadsheets read as the plain signs.
 */
const FORMULA = /^ *[=+\-@\uFE62\uFE63\uFE66\uFE6B\uFF1D\uFF0B\uFF0D\uFF20]/;
/** Negative numbers, amounts and international phone numbers begin like formulas but are harmless. */
const PLAIN_NUMBER = /^[+-]?(?:\d[\d ().,/-]*|[.,]\d+)(?:[eE][+-]?\d+)?%?$/;
/**
 * A spreadsheet set to semicolons or tabs starts a new cell after each of them, and a new line after a line break:
 * it ignores the quotes of a cell that is not the first of its line.
 */
const OTHER_SEPARATORS = /([;\t\r\n]+)/;

/**
 * Puts an apostrophe in front of text that a spreadsheet would run, which keeps it text. Numbers and phone numbers
 * stay unchanged, because an apostrophe would corrupt them and they are harmless.
 */
function harmless(cell: string): string {
  const [first = '', ...parts] = cell.split(OTHER_SEPARATORS);
  const start = /^[\t\r\n]/.test(cell) ? "'" : '';
  return start + disarm(first) + parts.map((part) => disarm(part, part.replace(LEADING_QUOTES, ''))).join('');
}

/** Quotes at the start of a part are doubled in the file, and enclose nothing where the part is a cell. */
const LEADING_QUOTES = /^[ "]+/;

const disarm = (text: string, read = text): string => (isFormula(read) ? `'${text}` : text);

const isFormula = (text: string): boolean => FORMULA.test(text) && !PLAIN_NUMBER.test(text);

function quoted(cell: string): string {
  return /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
