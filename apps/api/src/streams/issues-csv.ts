import type { RunIssue } from '@inlet/contracts';

const HEADINGS = ['record', 'rowKey', 'column', 'code', 'severity', 'message', 'value'];

/**
 * Issues as CSV (RFC 4180, UTF-8): a line of headings, then one line an issue, CRLF line ends. Gives text page
 * by page, so that a run with a million issues does not have to fit into memory.
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

/** What a spreadsheet takes for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n]/;
/** Negative numbers, amounts and international phone numbers begin like formulas, and are none. */
const PLAIN_NUMBER = /^[+-]?(?:\d[\d ().,/-]*|[.,]\d+)(?:[eE][+-]?\d+)?%?$/;

/**
 * Text that a spreadsheet would run gets an apostrophe in front, which keeps it text. Numbers and phone numbers
 * stay as they are: an apostrophe would corrupt them, and they do nothing.
 */
function harmless(cell: string): string {
  return FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
