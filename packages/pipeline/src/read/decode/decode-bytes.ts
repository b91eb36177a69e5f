import { createSourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { readHead } from '@inlet/contracts/stream-head';
import { hasControls, warnOfControls } from '../control-characters.js';
import { type ReadFacts, warnOfText, warnOnce } from '../read-facts.js';
import type { DecodedBytes } from '../types.js';
import { transcodeWindows1252 } from '../windows-1252.js';
import { repairControls } from './control-repair.js';
import { type DetectedEncoding, detectEncoding, type EncodingLabels } from './detect-encoding.js';
import { guessEncoding, isLegacy } from './guess-encoding.js';
import { refuseBinary } from './refuse-binary.js';
import { Utf8Repair } from './utf8-repair.js';

/** The encoding is detected from this many bytes, however the source is cut into chunks. */
const HEAD_BYTES = 65_536;

type DetectEncoding = (head: Buffer) => DetectedEncoding | Promise<DetectedEncoding>;

const NO_LABELS: EncodingLabels = { declared: undefined, charset: null };

export interface DecodeOptions {
  readonly facts: ReadFacts;
  /** Ignored with `detect`. */
  readonly labels?: EncodingLabels | undefined;
  /** Detects the encoding from the first bytes; default: by the labels, else by a guess. */
  readonly detect?: DetectEncoding | undefined;
  readonly maxSourceBytes: number;
  /** A control character that separates cells, and is kept. */
  readonly delimiter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Transcoder {
  push(chunk: Buffer): Buffer;
  finish(): Buffer;
}

/**
 * Turns the bytes of a source in any encoding into UTF-8 without control characters other than tabs and line ends.
 *
 * The iteration throws `source_empty`, `source_binary`, `source_encoding_unknown` and `source_too_large`.
 */
export function decodeBytes(bytes: AsyncIterable<Uint8Array>, options: DecodeOptions): DecodedBytes {
  return { chunks: decodeChunks(bytes, options), facts: options.facts };
}

async function* decodeChunks(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const source = await readHead(countBytes(bytes, options), { minBytes: HEAD_BYTES + 1 });
  try {
    if (source.reason === 'failed' && source.chunks.length === 0) throw source.error;
    const head = Buffer.concat(source.chunks).subarray(0, HEAD_BYTES);
    const { transcoder, bomBytes } = await createTranscoder(head, options);
    const clean = createCleaner(options);
    let skip = bomBytes;
    for await (const chunk of source.all) {
      const text = clean(transcoder.push(chunk.subarray(skip)));
      skip = Math.max(0, skip - chunk.length);
      if (text.length > 0) yield text;
    }
    const rest = clean(transcoder.finish());
    if (rest.length > 0) yield rest;
  } finally {
    await source.close();
  }
}

/** Counts bytes. Hands out those before the limit first, so that the cut is always at the same byte. */
async function* countBytes(
  bytes: AsyncIterable<Uint8Array>,
  { facts, maxSourceBytes, signal }: DecodeOptions,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    const room = maxSourceBytes - facts.bytes;
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, room));
    facts.bytes += buffer.length;
    if (buffer.length > 0) yield buffer;
    if (chunk.byteLength > room)
      throw new InletError('source_too_large', { detail: `The limit is ${maxSourceBytes} bytes.` });
  }
}

function createCleaner({ facts, delimiter = '' }: DecodeOptions): (text: Buffer) => Buffer {
  const kept = hasControls(delimiter) ? delimiter.charCodeAt(0) : undefined;
  return (text) => {
    const repaired = repairControls(text, kept);
    if (repaired !== text) warnOfControls(facts);
    return repaired;
  };
}

async function createTranscoder(
  head: Buffer,
  { facts, labels = NO_LABELS, detect = (bytes) => detectOrGuess(bytes, labels) }: DecodeOptions,
): Promise<{ transcoder: Transcoder; bomBytes: number }> {
  if (head.length === 0) throw new InletError('source_empty');
  const { bomBytes, warning, encoding } = await detect(head);
  if (!encoding.startsWith('utf-16')) refuseBinary(head);
  facts.encoding = encoding;
  if (warning !== null) warnOnce(facts.warnings, warning);
  return { transcoder: transcoderFor(encoding, facts), bomBytes };
}

async function detectOrGuess(head: Buffer, labels: EncodingLabels): Promise<DetectedEncoding> {
  const detected = detectEncoding(head, labels);
  const guessed = detected.isOpen === true && isLegacy(head) ? await guessEncoding(head) : null;
  if (guessed === null) return detected;
  return {
    ...detected,
    encoding: guessed,
    warning: createSourceWarning('encoding_guessed', { used: guessed }),
  };
}

function transcoderFor(encoding: string, facts: ReadFacts): Transcoder {
  if (encoding === 'utf-8') return utf8Transcoder(facts);
  if (encoding === 'windows-1252') return { push: transcodeWindows1252, finish: () => Buffer.alloc(0) };
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const compose: Composer = encoding === 'windows-1258' ? createComposer() : (text) => text;
  const toBytes = (text: string): Buffer => {
    if (text.includes('\ufffd'))
      warnOfText(facts.warnings, createSourceWarning('encoding_errors', { used: encoding }));
    return Buffer.from(text);
  };
  return {
    push: (chunk) => toBytes(compose(decoder.decode(chunk, { stream: true }))),
    finish: () => toBytes(compose(decoder.decode(), { isLast: true })),
  };
}

type Composer = (text: string, options?: { readonly isLast: boolean }) => string;

const LAST_LETTER = /\P{M}\p{M}*$/u;

/** Joins letters with the marks after them, which windows-1258 writes apart. Keeps the last letter for the next chunk. */
function createComposer(): Composer {
  let kept = '';
  return (text, { isLast } = { isLast: false }) => {
    const whole = kept + text;
    const end = isLast ? whole.length : Math.max(0, whole.search(LAST_LETTER));
    kept = whole.slice(end);
    return whole.slice(0, end).normalize('NFC');
  };
}

function utf8Transcoder(facts: ReadFacts): Transcoder {
  const repair = new Utf8Repair();
  const warnOfFault = (text: Buffer): Buffer => {
    if (repair.firstFault !== undefined)
      warnOfText(facts.warnings, createSourceWarning('encoding_errors.utf8', { bytes: repair.firstFault }));
    return text;
  };
  return { push: (chunk) => warnOfFault(repair.push(chunk)), finish: () => warnOfFault(repair.finish()) };
}
