import type { Format } from '@inlet/contracts';
import { detectEncoding } from './decode/detect-encoding.js';
import { detectFormat } from './detect.js';
import { FORMAT_BYTES } from './open-source.js';
import { detectDialect } from './text/csv-dialect.js';
import { CsvScanner } from './text/csv-scanner.js';
import { findLists } from './text/json-lists.js';
import { proposeJsonRecordPaths } from './text/propose-json-record-path.js';
import { DEFAULT_READ_LIMITS, NO_HINTS, type OutlineOptions } from './types.js';
import { findNode, proposeRecordPaths } from './xml/record-boundary.js';
import { surveyXml } from './xml/survey.js';

const LF = 10;
/** Enough to tell the delimiter of nearly every file, and cheap enough to do so each time. */
const DIALECT_BYTES = 8192;
/** Text whose markup can be told from its bytes as they are. */
const LIKE_ASCII = /^(utf-8|windows-125\d|iso-8859-\d+)$/;

/**
 * How many records the beginning of a source shows, the unfinished one at its end included. For a person who waits:
 * a source that is not clear yet, or cannot be read, has none.
 */
export function countRecords(head: Buffer, options: OutlineOptions): number {
  try {
    return countIn(toText(head, options), options);
  } catch {
    // Whoever reads the source says what is wrong with it; a count is not worth to fail for.
    return 0;
  }
}

function toText(head: Buffer, { parseOptions, hints = NO_HINTS }: OutlineOptions): Buffer {
  const { encoding, bomBytes } = detectEncoding(head, {
    declared: parseOptions?.encoding,
    charset: hints.charset,
  });
  const bytes = head.subarray(bomBytes);
  return LIKE_ASCII.test(encoding) ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes));
}

function countIn(text: Buffer, options: OutlineOptions): number {
  const detected = detectFormat(text.subarray(0, FORMAT_BYTES));
  const format = detected.format === 'html' ? 'html' : (options.parseOptions?.format ?? detected.format);
  switch (format) {
    case 'html':
      return 0;
    case 'csv':
      return countRows(text, options);
    case 'ndjson':
      return countLines(text);
    case 'json':
    case 'json_feed':
      return countMembers(text, options);
    default:
      return countElements(text.subarray(detected.junkBytes), { ...options, format });
  }
}

function countElements(
  bytes: Buffer,
  { format, recordPath, parseOptions }: OutlineOptions & { format: Format },
) {
  const survey = surveyXml({
    bytes,
    text: bytes.toString('latin1'),
    namespaces: parseOptions?.namespaces,
    maxDepth: DEFAULT_READ_LIMITS.maxDepth,
  });
  if (recordPath !== undefined) return findNode(survey, recordPath)?.count ?? 0;
  return proposeRecordPaths(survey, format)[0]?.count ?? 0;
}

function countMembers(text: Buffer, { recordPath }: OutlineOptions): number {
  const choices = proposeJsonRecordPaths(findLists(asBlock(text)));
  const chosen = recordPath === undefined ? choices[0] : choices.find(({ path }) => path === recordPath);
  return chosen?.count ?? 0;
}

function countLines(text: Buffer): number {
  return text
    .toString('latin1')
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}

function countRows(text: Buffer, { parseOptions }: OutlineOptions): number {
  const dialect = detectDialect(text.toString('utf8', 0, DIALECT_BYTES), parseOptions?.csv);
  let rows = 0;
  const scanner = new CsvScanner({
    dialect,
    maxRecordBytes: DEFAULT_READ_LIMITS.maxRecordBytes,
    maxFieldChars: DEFAULT_READ_LIMITS.maxFieldChars,
    onRecord: () => {
      rows += 1;
    },
    onFault: () => undefined,
  });
  scanner.select(new Int32Array(0), 0);
  scanner.scan(asBlock(text));
  return Math.max(0, dialect.hasHeader ? rows - 1 : rows);
}

const asBlock = (text: Buffer) => ({
  bytes: Buffer.concat([text, Buffer.of(LF)]),
  length: text.length,
  isLast: false,
});
