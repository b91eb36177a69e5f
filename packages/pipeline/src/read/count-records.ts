import type { Format } from '@inlet/contracts';
import { detectDialect } from './csv/csv-dialect.js';
import { cutLines } from './csv/csv-preamble.js';
import { CsvScanner } from './csv/csv-scanner.js';
import { detectEncoding } from './decode/detect-encoding.js';
import { FORMAT_BYTES } from './decode-source.js';
import { detectFormat } from './detect-format.js';
import { findLists } from './json/json-lists.js';
import { proposeJsonRecordPaths } from './json/propose-json-record-path.js';
import { DEFAULT_READ_LIMITS, NO_HINTS, type OutlineReadOptions } from './types.js';
import { findNode, proposeRecordPaths, repairedPathOf } from './xml/record-boundary.js';
import { surveyXml } from './xml/survey.js';

const LF = 10;
/** Enough to detect the delimiter of nearly every file, and cheap enough to repeat at each count. */
const DIALECT_BYTES = 8192;
/** Encodings whose markup is ASCII, so that it needs no decoding. */
const ASCII_SUPERSET = /^(utf-8|windows-125\d|iso-8859-\d+)$/;

/**
 * Counts the records in the beginning of a source, including the unfinished one at its end. Meant for showing
 * progress: returns 0 if the format is not clear yet or the source cannot be read.
 */
export function countRecords(head: Buffer, options: OutlineReadOptions): number {
  try {
    return countByFormat(toText(head, options), options);
  } catch {
    // Reading the source reports the error; counting must not fail.
    return 0;
  }
}

function toText(head: Buffer, { parseOptions, hints = NO_HINTS }: OutlineReadOptions): Buffer {
  const { encoding, bomBytes } = detectEncoding(head, {
    declared: parseOptions?.encoding,
    charset: hints.charset,
  });
  const bytes = head.subarray(bomBytes);
  return ASCII_SUPERSET.test(encoding) ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes));
}

function countByFormat(text: Buffer, options: OutlineReadOptions): number {
  const detected = detectFormat(text.subarray(0, FORMAT_BYTES));
  const format = detected.format === 'html' ? 'html' : (options.parseOptions?.format ?? detected.format);
  switch (format) {
    case 'html':
      return 0;
    case 'csv':
      return countRows(text, options);
    case 'ndjson':
    case 'json':
    case 'json_feed':
      return countMembers(text.subarray(detected.junkBytes), { ...options, format });
    default:
      return countElements(text.subarray(detected.junkBytes), { ...options, format });
  }
}

function countElements(
  bytes: Buffer,
  { format, recordPath, parseOptions }: OutlineReadOptions & { format: Format },
) {
  const survey = surveyXml({
    bytes,
    text: bytes.toString('latin1'),
    namespaces: parseOptions?.namespaces,
    maxDepth: DEFAULT_READ_LIMITS.maxDepth,
    repairedPath: recordPath ?? repairedPathOf(format),
  });
  if (recordPath !== undefined) return findNode(survey, recordPath)?.count ?? 0;
  return proposeRecordPaths(survey, format)[0]?.count ?? 0;
}

function countMembers(text: Buffer, { format, recordPath }: OutlineReadOptions & { format: Format }): number {
  const choices = proposeJsonRecordPaths(findLists(asBlock(text), format === 'ndjson'));
  const chosen = recordPath === undefined ? choices[0] : choices.find(({ path }) => path === recordPath);
  return chosen?.count ?? 0;
}

function countRows(text: Buffer, { parseOptions }: OutlineReadOptions): number {
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
  scanner.scan(asBlock(Buffer.from(cutLines(text.toString('latin1'), dialect.skipLines ?? 0), 'latin1')));
  return Math.max(0, dialect.hasHeader ? rows - 1 : rows);
}

const asBlock = (text: Buffer) => ({
  bytes: Buffer.concat([text, Buffer.of(LF)]),
  length: text.length,
  isLast: false,
});
