import type { RunIssue } from '@inlet/contracts';
import { csvLine, guardFormulas } from '@inlet/pipeline';

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

const line = (cells: readonly string[]): string => csvLine(cells.map(guardFormulas));
