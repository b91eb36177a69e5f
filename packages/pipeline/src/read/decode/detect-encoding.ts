import { isAscii, isUtf8 } from 'node:buffer';
import { createSourceWarning, encodingOf, type SourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { unfinishedTail } from './utf8-repair.js';

export interface EncodingLabels {
  /** From the parse options. */
  readonly declared: string | undefined;
  /** The charset that the transport declared; see `DecodeHints`. */
  readonly charset: string | null;
}

export interface DetectedEncoding {
  /** WHATWG name in lower case. */
  readonly encoding: string;
  readonly bomBytes: number;
  readonly warning: SourceWarning | null;
  /** Whether neither a mark nor a label names the encoding, so that the bytes decide. */
  readonly isOpen?: boolean;
}

const XML_DECLARATION = /^\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']?([A-Za-z0-9._:-]{1,40})/;
const UTF8_MARK = Buffer.of(0xef, 0xbb, 0xbf);
const MULTI_BYTE = /^(gb|big5|euc-|shift_jis|iso-2022-)/;
/** A Chinese or Japanese character, an accented letter between ASCII letters, or four characters of any kind. */
const UTF8_EVIDENCE =
  /[\xe0-\xef][\x80-\xbf]{2}|[a-z][\xc2-\xdf][\x80-\xbf][a-z]|(?:[\xc2-\xdf][\x80-\xbf][^\xc2-\xdf]*){4}/i;

function byteOrderMark(head: Buffer): DetectedEncoding | null {
  const [a, b, c, d] = head;
  const found = (encoding: string, bomBytes: number) => ({ encoding, bomBytes, warning: null });
  const isUtf32 = (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe);
  if (isUtf32) throw new InletError('source_encoding_unknown', { detail: 'The file is in UTF-32.' });
  if (a === 0xef && b === 0xbb && c === 0xbf) return found('utf-8', lengthOfMarks(head));
  if (a === 0xfe && b === 0xff) return found('utf-16be', 2);
  return a === 0xff && b === 0xfe ? found('utf-16le', 2) : null;
}

/** Concatenated files and files that were saved twice begin with several marks. */
function lengthOfMarks(head: Buffer): number {
  let length = 3;
  while (head.subarray(length, length + 3).equals(UTF8_MARK)) length += 3;
  return length;
}

/**
 * Detects UTF-16 without a mark by its zero bytes: most pairs of Latin text, and of markup around any other script,
 * have one, always on the same side.
 */
function utf16WithoutMark(head: Buffer): string | null {
  const end = Math.min(head.length, 512) & ~1;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < end; at += 2) {
    if (head[at] === 0) even += 1;
    if (head[at + 1] === 0) odd += 1;
  }
  if (end === 0 || head[0] === head[1]) return null;
  const isMostly = (zeros: number, others: number) => zeros * 4 >= end / 2 && others * 20 <= zeros;
  if (head[1] === 0 && isMostly(odd, even)) return 'utf-16le';
  return head[0] === 0 && isMostly(even, odd) ? 'utf-16be' : null;
}

/** Ignores a character that is cut at the end of the head. A head of ASCII and such a character alone is not UTF-8. */
function isUtf8Head(head: Buffer): boolean {
  const rest = head.subarray(0, head.length - unfinishedTail(head));
  return isUtf8(rest) && (isAscii(head) || !isAscii(rest));
}

/** Short text in a multi-byte encoding can be valid UTF-8 by chance. */
function isSurelyUtf8(head: Buffer, inFile: string | undefined): boolean {
  if (isAscii(head) || !isUtf8Head(head)) return false;
  return inFile?.toLowerCase() === 'utf-8' || UTF8_EVIDENCE.test(head.toString('latin1'));
}

const warnOfMismatch = (declared: string, used: string): SourceWarning =>
  createSourceWarning('encoding_mismatch', { declared, used });

/**
 * Detects the encoding of a source from its first bytes. Precedence follows RFC 7303, section 3: byte order mark,
 * charset of the transport, XML declaration, UTF-8; the encoding of the parse options comes right after the mark.
 * Ignores a label that the bytes contradict.
 */
export function detectEncoding(head: Buffer, { declared, charset }: EncodingLabels): DetectedEncoding {
  const marked = byteOrderMark(head);
  if (marked !== null) return marked;
  const wide = utf16WithoutMark(head);
  if (wide !== null) return { encoding: wide, bomBytes: 0, warning: null };

  const inFile = XML_DECLARATION.exec(head.toString('latin1', 0, 1024))?.[1];
  const labels = [declared, charset, inFile].flatMap((label) => (label?.trim() ? [label] : []));
  const known = labels.find((label) => encodingOf(label) !== undefined);
  const unknownLabel = known === undefined ? labels[0] : undefined;
  return chooseEncoding({ head, label: known, unknownLabel, inFile });
}

interface ClaimedEncoding {
  readonly head: Buffer;
  readonly label: string | undefined;
  /** The declared label if it names an unknown encoding and no other one was found. */
  readonly unknownLabel: string | undefined;
  /** The label in the XML declaration. */
  readonly inFile: string | undefined;
}

function chooseEncoding({ head, label, unknownLabel, inFile }: ClaimedEncoding): DetectedEncoding {
  const utf8 = (warning: SourceWarning | null) => ({ encoding: 'utf-8', bomBytes: 0, warning });
  if (unknownLabel !== undefined) {
    if (isUtf8Head(head)) return utf8(warnOfMismatch(unknownLabel, 'utf-8'));
    throw new InletError('source_encoding_unknown', {
      detail: `The file says that its encoding is "${unknownLabel}".`,
    });
  }
  const encoding = label === undefined ? 'utf-8' : (encodingOf(label) ?? 'utf-8');
  if (encoding.startsWith('utf-16') && isUtf8Head(head)) return utf8(warnOfMismatch(encoding, 'utf-8'));
  const isMultiByte = MULTI_BYTE.test(encoding);
  const isOther = encoding !== 'utf-8' && !encoding.startsWith('utf-16');
  if (isOther && !isAscii(head) && isUtf8Head(head) && (!isMultiByte || isSurelyUtf8(head, inFile)))
    return utf8(warnOfMismatch(label ?? encoding, 'utf-8'));
  return { encoding, bomBytes: 0, warning: null, isOpen: encoding === 'utf-8' };
}
