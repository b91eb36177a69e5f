import { InletError } from '@inlet/contracts/errors';
import { detectEncoding } from '../decode/detect-encoding.js';
import { describeBinary } from '../decode/refuse-binary.js';
import { detectFormat } from '../detect-format.js';

/** How a file can be read. */
export type SniffedFormat =
  /** While its bytes arrive. */
  | { readonly access: 'stream'; readonly format: 'csv' | 'json' | 'ndjson' | 'xml' }
  /** After its last byte: spreadsheets and packed files. */
  | { readonly access: 'file'; readonly container: 'zip' | 'compound' | 'gzip' };

const CONTAINERS = [
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'compound'],
  ['\x1f\x8b\x08', 'gzip'],
] as const;

/** Enough of a file for `sniffFormat`. */
export const SNIFF_BYTES = 65_536;

/**
 * Detects how a file can be read, by its first bytes alone: names and content types are often wrong. Throws
 * `source_empty`, and `source_format_unknown` for a file that is no table.
 */
export function sniffFormat(bytes: Uint8Array): SniffedFormat {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, SNIFF_BYTES));
  if (head.length === 0) throw new InletError('source_empty');
  const start = head.toString('latin1', 0, 8);
  const container = CONTAINERS.find(([mark]) => start.startsWith(mark))?.[1];
  if (container !== undefined) return { access: 'file', container };
  return { access: 'stream', format: formatOfText(head) };
}

function formatOfText(head: Buffer): 'csv' | 'json' | 'ndjson' | 'xml' {
  const { encoding, bomBytes } = detectEncoding(head, { declared: undefined, charset: null });
  const isWide = encoding.startsWith('utf-16');
  const binary = isWide ? undefined : describeBinary(head);
  if (binary !== undefined) throw new InletError('source_format_unknown', { detail: binary });
  const text = head.subarray(bomBytes);
  const utf8 = isWide ? Buffer.from(new TextDecoder(encoding).decode(text)) : text;
  const { format } = detectFormat(utf8);
  switch (format) {
    case 'csv':
    case 'json':
    case 'ndjson':
      return format;
    case 'json_feed':
      return 'json';
    case 'html':
      throw new InletError('source_format_unknown', {
        detail: 'The file is a web page. Open it in a spreadsheet program and save it as XLSX or CSV.',
      });
    default:
      refuseSpreadsheet(utf8);
      return 'xml';
  }
}

/** Spreadsheets in a single XML document, whose records are not rows. */
const XML_SPREADSHEETS = [
  ['urn:schemas-microsoft-com:office:spreadsheet', 'an XML spreadsheet of Excel 2003'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'a flat OpenDocument spreadsheet'],
] as const;

function refuseSpreadsheet(text: Buffer): void {
  const start = text.toString('latin1', 0, 4096);
  const name = XML_SPREADSHEETS.find(([mark]) => start.includes(mark))?.[1];
  if (name !== undefined)
    throw new InletError('source_format_unknown', { detail: `The file is ${name}. Save it as XLSX.` });
}
