import { sequenceLength, wellFormedPart } from './utf8-repair.js';

/** More would not change the result. */
const SAMPLE_CHARS = 4096;
/** Bytes above 127 that a guess needs: three Chinese characters. */
const LEAST_HIGH_BYTES = 6;
const LEAST_CONFIDENCE = 0.005;
/** Words of Latin scripts consist mostly of ASCII letters. */
const MOST_LATIN_SHARE = 0.6;
/** Encodings of Latin scripts share most characters, so another than windows-1252 must be clearly more likely. */
const LATIN_FACTOR = 2;

/** The second byte of a character may be any from `@` on, but no digit and none of the characters of markup. */
const WORDS = /[A-Za-z]*[\x80-\xff][@-~\x80-\xff]*/g;
export const LATIN = [
  'windows-1252',
  'windows-1250',
  'iso-8859-2',
  'windows-1254',
  'windows-1257',
  'windows-1258',
];
export const OTHERS = [
  ...['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr'],
  ...['windows-1251', 'koi8-r', 'iso-8859-5', 'windows-1253', 'windows-1255', 'windows-1256'],
  ...['iso-8859-6', 'windows-874'],
];
/** Names of the detector for which the WHATWG standard has no label, or another encoding that contains them. */
const ALIASES: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  'koi8-u': 'koi8-r',
  uhc: 'euc-kr',
  cp949: 'euc-kr',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  cp1258: 'windows-1258',
};

/** Whether more bytes contradict UTF-8 than it explains. */
export function isLegacy(head: Buffer): boolean {
  let sequences = 0;
  let faults = 0;
  for (let at = 0; at < head.length; ) {
    const part = head[at]! < 0x80 ? 1 : wellFormedPart(head, at);
    if (head[at]! >= 0x80) {
      if (part === sequenceLength(head[at]!)) sequences += 1;
      else if (at + part < head.length) faults += 1;
    }
    at += part;
  }
  return faults > sequences;
}

/**
 * Guesses the encoding of text that is not UTF-8 and does not say what it is, with jschardet, restricted to encodings
 * that the text is valid in. Returns null for Western European text and without enough evidence.
 */
export async function guessEncoding(head: Buffer): Promise<string | null> {
  const { bytes, highBytes, isLatin } = takeWords(head);
  if (highBytes < LEAST_HIGH_BYTES) return null;
  const confidences = await confidencesOf(bytes);
  const confidenceOf = (encoding: string): number => confidences.get(encoding) ?? 0;
  const [best] = (isLatin ? LATIN : OTHERS)
    .filter((encoding) => isValidIn(bytes, encoding))
    .sort((a, b) => confidenceOf(b) - confidenceOf(a));
  if (best === undefined || best === 'windows-1252' || confidenceOf(best) < LEAST_CONFIDENCE) return null;
  return isLatin && confidenceOf(best) < LATIN_FACTOR * confidenceOf('windows-1252') ? null : best;
}

export interface LegacyWords {
  /** The first words with bytes above 127, with spaces between them. */
  readonly bytes: Buffer;
  readonly highBytes: number;
  /** Whether they consist mostly of ASCII letters, as words of Latin scripts do. */
  readonly isLatin: boolean;
}

export function takeWords(head: Buffer): LegacyWords {
  const words = head.toString('latin1').match(WORDS) ?? [];
  const sample = words.join(' ').slice(0, SAMPLE_CHARS);
  const highBytes = sample.match(/[\x80-\xff]/g)?.length ?? 0;
  const isLatin = highBytes / sample.replaceAll(' ', '').length <= MOST_LATIN_SHARE;
  return { bytes: Buffer.from(sample, 'latin1'), highBytes, isLatin };
}

/** How sure jschardet is of each encoding, from 0 to 1. */
export async function confidencesOf(bytes: Buffer): Promise<ReadonlyMap<string, number>> {
  // Loaded only for text that needs it, because it takes long and 10 MB.
  const { detectAll } = await import('jschardet');
  const confidences = new Map<string, number>();
  for (const { encoding, confidence } of detectAll(bytes)) {
    const name = encoding?.toLowerCase() ?? '';
    const known = ALIASES[name] ?? name;
    confidences.set(known, Math.max(confidence, confidences.get(known) ?? 0));
  }
  return confidences;
}

/** Whether all bytes are characters that people write. windows-1252 takes any bytes. */
export function isValidIn(bytes: Buffer, encoding: string): boolean {
  if (encoding === 'windows-1252') return true;
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return !/[\x80-\x9f\ue000-\uf8ff]/.test(text);
  } catch {
    return false;
  }
}
