import { createSourceWarning, encodingOf } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { type DetectedEncoding, detectEncoding } from '../decode/detect-encoding.js';
import { isLegacy } from '../decode/guess-encoding.js';
import { voteEncoding } from '../decode/vote-encoding.js';

const NO_LABELS = { declared: undefined, charset: null };
const MARKS: Readonly<Record<string, string>> = {
  'utf-8': '\xef\xbb\xbf',
  'utf-16le': '\xff\xfe',
  'utf-16be': '\xfe\xff',
};

export interface UploadEncodingOptions {
  /** Label that the person chose. */
  readonly encoding: string | undefined;
  /** Language of the person. */
  readonly locale: string | undefined;
}

/**
 * Detects the encoding of an uploaded file from its first bytes: the one that the person chose, a byte order mark, UTF-8
 * or UTF-16 by the bytes, else a vote. Throws `source_encoding_unknown` for a label that the WHATWG standard lacks.
 */
export async function detectUploadEncoding(
  head: Buffer,
  { encoding, locale }: UploadEncodingOptions,
): Promise<DetectedEncoding> {
  if (encoding !== undefined) return useChosen(head, encoding);
  const detected = detectEncoding(head, NO_LABELS);
  if (detected.isOpen !== true || !isLegacy(head)) return detected;
  const used = await voteEncoding(head, locale);
  return { encoding: used, bomBytes: 0, warning: createSourceWarning('encoding_guessed', { used }) };
}

function useChosen(head: Buffer, label: string): DetectedEncoding {
  const encoding = encodingOf(label);
  if (encoding === undefined)
    throw new InletError('source_encoding_unknown', { detail: `"${label}" is not a known encoding.` });
  const mark = MARKS[encoding] ?? '';
  const bomBytes = head.toString('latin1', 0, mark.length) === mark ? mark.length : 0;
  return { encoding, bomBytes, warning: null };
}
