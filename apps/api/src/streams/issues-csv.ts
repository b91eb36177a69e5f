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

/** Matches text that a spreadsheet would run as a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n]/;
/** Negative numbers, amounts and international phone numbers begin like formulas but are harmless. */
const PLAIN_NUMBER = /^[+-]?(?:\d[\d ().,/-]*|[.,]\d+)(?:[eE][+-]?\d+)?%?$/;

/**
 * Puts an apostrophe in front of text that a spreadsheet would run, which keeps it text. Numbers and phone numbers
 * stay unchanged, because an apostrophe would corrupt them and they are harmless.
 */
function harmless(cell: string): string {
  return FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
