import { InletError } from '@inlet/contracts/errors';
import type { DecodedBytes, ReadFacts } from '../types.js';
import { warnOnce } from '../warn-once.js';
import { detectEncoding, type EncodingLabels } from './detect-encoding.js';
import { peek } from './peek.js';
import { refuseBinary } from './refuse-binary.js';
import { Utf8Repair } from './utf8-repair.js';
import { transcodeWindows1252 } from './windows-1252.js';

/** The encoding is judged by this many bytes, always the same ones, however the source is cut. */
const HEAD_BYTES = 65_536;

export interface DecodeOptions extends EncodingLabels {
  readonly facts: ReadFacts;
  readonly maxSourceBytes: number;
  readonly signal?: AbortSignal | undefined;
}

interface Transcoder {
  push(chunk: Buffer): Buffer;
  finish(): Buffer;
}

/**
 * Turns the bytes of a source, in whatever encoding, into UTF-8.
 *
 * Throws while it is iterated: `source_empty`, `source_binary`, `source_encoding_unknown`, `source_too_large`.
 */
export function decode(bytes: AsyncIterable<Uint8Array>, options: DecodeOptions): DecodedBytes {
  return { chunks: decodedChunks(bytes, options), facts: options.facts };
}

async function* decodedChunks(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const { head, chunks, close } = await peek(counted(bytes, options), HEAD_BYTES);
  try {
    const { transcoder, bomBytes } = begin(head, options);
    let skip = bomBytes;
    for await (const chunk of chunks) {
      const text = transcoder.push(chunk.subarray(skip));
      skip = Math.max(0, skip - chunk.length);
      if (text.length > 0) yield text;
    }
    const rest = transcoder.finish();
    if (rest.length > 0) yield rest;
  } finally {
    await close();
  }
}

/** Counts, and stops at the limit: what comes before it is still handed on, so that the cut is always at the same byte. */
async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const { facts, maxSourceBytes, signal } = options;
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

function begin(head: Buffer, options: DecodeOptions): { transcoder: Transcoder; bomBytes: number } {
  if (head.length === 0) throw new InletError('source_empty');
  const { encoding, bomBytes, warning } = detectEncoding(head, options);
  if (!encoding.startsWith('utf-16')) refuseBinary(head);
  options.facts.encoding = encoding;
  if (warning !== null) warnOnce(options.facts.warnings, warning);
  return { transcoder: transcoderFor(encoding, options.facts), bomBytes };
}

function transcoderFor(encoding: string, facts: ReadFacts): Transcoder {
  if (encoding === 'utf-8') return utf8Transcoder(facts);
  if (encoding === 'windows-1252') return { push: transcodeWindows1252, finish: () => Buffer.alloc(0) };
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const toBytes = (text: string): Buffer => {
    if (text.includes('\ufffd'))
      warnOnce(facts.warnings, {
        code: 'encoding_errors',
        message: `Some bytes are not ${encoding}; the character U+FFFD stands in their place.`,
      });
    return Buffer.from(text);
  };
  return {
    push: (chunk) => toBytes(decoder.decode(chunk, { stream: true })),
    finish: () => toBytes(decoder.decode()),
  };
}

function utf8Transcoder(facts: ReadFacts): Transcoder {
  const repair = new Utf8Repair();
  const warned = (text: Buffer): Buffer => {
    if (repair.firstFault !== undefined)
      warnOnce(facts.warnings, {
        code: 'encoding_errors',
        message: `Some bytes are not UTF-8, the first after ${repair.firstFault} bytes; they were read as windows-1252 where that has a character.`,
      });
    return text;
  };
  return { push: (chunk) => warned(repair.push(chunk)), finish: () => warned(repair.finish()) };
}
