import { createSourceWarning, type DecodeHints, type Format, type ParseOptions } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { readHead } from '@inlet/contracts/stream-head';
import { decodeBytes } from './decode/decode-bytes.js';
import { detectFormat } from './detect-format.js';
import { createReadFacts, type ReadFacts, warnOnce } from './read-facts.js';
import { DEFAULT_READ_LIMITS } from './types.js';

/** The format is detected from this many bytes of text, however the source is cut into chunks. */
export const FORMAT_BYTES = 65_536;

const LF = 10;
const SPACE = 32;

const isJson = (format: Format | 'html'): boolean =>
  format === 'json' || format === 'ndjson' || format === 'json_feed';

export interface DecodeSourceOptions {
  readonly format?: Format | undefined;
  readonly encoding?: string | undefined;
  readonly hints: DecodeHints;
  /** Of a CSV file. */
  readonly delimiter?: string | undefined;
  readonly maxSourceBytes: number;
  /** Size of `head`; at least FORMAT_BYTES. */
  readonly headBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface DecodedSource {
  readonly format: Format | 'html';
  /** The first `headBytes` bytes of text, or all if there are fewer. */
  readonly head: Buffer;
  /** Whether the source ends with the head. */
  readonly isComplete: boolean;
  /** The error of a source that failed right after the head; `chunks` throws it as well, in its place. */
  readonly fault: unknown;
  /** The text from its first byte, the head included. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Closes the source, for callers that do not read `chunks`. */
  readonly close: () => Promise<void>;
}

/** Decodes a source and detects its format. A requested format takes precedence, except over a web page. */
export async function decodeSource(
  bytes: AsyncIterable<Uint8Array>,
  facts: ReadFacts,
  options: DecodeSourceOptions,
): Promise<DecodedSource> {
  const { encoding, hints, headBytes, maxSourceBytes, delimiter, signal } = options;
  const labels = { declared: encoding, charset: hints.charset };
  const decoded = decodeBytes(bytes, { facts, labels, maxSourceBytes, delimiter, signal });
  const source = await withHead(decoded.chunks, headBytes);
  if (!/\S/.test(source.head.toString('latin1', 0, FORMAT_BYTES))) {
    await source.close();
    throw new InletError('source_empty');
  }
  const detected = detectFormat(source.head.subarray(0, FORMAT_BYTES));
  const format = detected.format === 'html' ? 'html' : (options.format ?? detected.format);
  if (format !== 'html') facts.format = format;
  if (detected.junkBytes === 0 || format !== detected.format) return { ...source, format };
  const code = isJson(format) ? 'text_before_json' : 'text_before_xml';
  warnOnce(facts.warnings, createSourceWarning(code, {}, { line: 1, column: 1 }));
  return { ...(await withHead(blankJunk(source.chunks, detected.junkBytes), headBytes)), format };
}

/** Detects the format in which a source would be read, from its first bytes. Throws if they cannot be decoded. */
export async function formatOfHead(
  head: AsyncIterable<Uint8Array>,
  { parseOptions, hints }: { readonly parseOptions: ParseOptions; readonly hints: DecodeHints },
): Promise<Format | 'html'> {
  const source = await decodeSource(head, createReadFacts(parseOptions.format), {
    format: parseOptions.format,
    encoding: parseOptions.encoding,
    delimiter: parseOptions.csv?.delimiter,
    hints,
    maxSourceBytes: DEFAULT_READ_LIMITS.maxSourceBytes,
    headBytes: FORMAT_BYTES,
  });
  await source.close();
  return source.format;
}

/** Throws the error of a source that fails before its first byte. */
async function withHead(
  source: AsyncIterable<Buffer>,
  headBytes: number,
): Promise<Omit<DecodedSource, 'format'>> {
  // One byte more shows whether the head is complete.
  const { chunks, reason, error, all, close } = await readHead(source, { minBytes: headBytes + 1 });
  if (reason === 'failed' && chunks.length === 0) throw error;
  const head = Buffer.concat(chunks).subarray(0, headBytes);
  return { head, isComplete: reason === 'complete', fault: error, chunks: all, close };
}

/** Replaces the first bytes of a stream by spaces, except line breaks, so that positions in the rest stay true. */
async function* blankJunk(
  chunks: AsyncIterable<Buffer>,
  junkBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let left = junkBytes;
  for await (const chunk of chunks) {
    if (left === 0) {
      yield chunk;
      continue;
    }
    const blanked = Buffer.from(chunk);
    const end = Math.min(left, chunk.length);
    for (let at = 0; at < end; at += 1) if (blanked[at] !== LF) blanked[at] = SPACE;
    left -= end;
    yield blanked;
  }
}
