import type { DecodeHints, Format } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { blankJunk } from './blank-junk.js';
import { decode } from './decode/decode.js';
import { type Peeked, peek } from './decode/peek.js';
import { detectFormat } from './detect.js';
import type { ReadFacts } from './types.js';
import { warnOnce } from './warn-once.js';

/** The format is judged by this many bytes of text, always the same ones. */
export const FORMAT_BYTES = 65_536;

export interface OpenSourceOptions {
  readonly format?: Format | undefined;
  readonly encoding?: string | undefined;
  readonly hints: DecodeHints;
  readonly maxSourceBytes: number;
  /** How much of the text to look at before reading on; FORMAT_BYTES at least. */
  readonly headBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenSource extends Peeked {
  readonly format: Format | 'html';
}

export const newFacts = (format: Format | undefined): ReadFacts => ({
  format: format ?? 'xml',
  encoding: 'utf-8',
  bytes: 0,
  records: 0,
  warnings: [],
});

/** Decodes a source and finds out what it is. A format that was asked for holds, except that a web page is no data. */
export async function openSource(
  bytes: AsyncIterable<Uint8Array>,
  facts: ReadFacts,
  options: OpenSourceOptions,
): Promise<OpenSource> {
  const { encoding, hints, headBytes, maxSourceBytes, signal } = options;
  const decoded = decode(bytes, {
    facts,
    declared: encoding,
    charset: hints.charset,
    maxSourceBytes,
    signal,
  });
  const plain = await peek(decoded.chunks, headBytes);
  if (!/\S/.test(plain.head.toString('latin1', 0, FORMAT_BYTES))) {
    await plain.close();
    throw new InletError('source_empty');
  }
  const detected = detectFormat(plain.head.subarray(0, FORMAT_BYTES));
  const format = detected.format === 'html' ? 'html' : (options.format ?? detected.format);
  if (format !== 'html') facts.format = format;
  if (detected.junkBytes === 0 || format !== detected.format) return { ...plain, format };
  warnOnce(facts.warnings, {
    code: 'text_before_xml',
    message: 'There is text before the XML begins; it was left out.',
    line: 1,
    column: 1,
  });
  const clean = await peek(blankJunk(plain.chunks, detected.junkBytes), headBytes);
  return { ...clean, format };
}
