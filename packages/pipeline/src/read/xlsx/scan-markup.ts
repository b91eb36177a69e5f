import { decodeReferences } from '../xml/references.js';
import { damaged } from './open-package.js';

/** Receives the elements of a part. Names have no prefix: programs choose it freely. */
export interface MarkupHandler {
  /** `attributes` is their source, see `attributeOf`. An element without content is also closed. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** Text and CDATA of an element that asked for it, possibly in several pieces. */
  text(text: string): void;
  /** Whether the text at this place is wanted. */
  readonly wantsText: boolean;
  /** Whether the rest of the part is not needed. */
  readonly isDone?: boolean;
}

const CDATA = '<![CDATA[';
const HIGH = /[\x80-\xff]/;
const BANG = 33;
const QUOTE = 34;
const SLASH = 47;
const QUESTION = 63;
const COLON = 58;
const EQUALS = 61;
/** Larger strings are slow to allocate. */
const PIECE_BYTES = 65_536;
/** The longest token that is kept while its end is missing. */
const LONGEST_TOKEN = 16_777_216;

/** Text of UTF-8 bytes that were read as Latin-1. */
function decodeUtf8(latin1: string): string {
  return HIGH.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1;
}

function decodeText(latin1: string): string {
  const text = decodeUtf8(latin1);
  return text.includes('&') ? decodeReferences(text) : text;
}

/**
 * Walks the XML of a part once, without a tree. The parts are written by programs, so this reads well-formed XML only:
 * it knows comments, CDATA, processing instructions and prefixes, skips a DOCTYPE, and expands no entity of a document.
 *
 * Chunks may be cut anywhere. The scanner reads them as Latin-1, which keeps each byte, and decodes only texts with
 * bytes above 127.
 */
export class MarkupScanner {
  private readonly handler: MarkupHandler;
  private rest = '';
  private isFirst = true;
  private decoder: TextDecoder | undefined;

  constructor(handler: MarkupHandler) {
    this.handler = handler;
  }

  /** Throws `source_malformed` for a tag or text without an end. */
  push(chunk: Buffer): void {
    if (this.isFirst) this.decoder = utf16DecoderOf(chunk);
    this.isFirst = false;
    const bytes = this.decoder ? Buffer.from(this.decoder.decode(chunk, { stream: true })) : chunk;
    for (let at = 0; at < bytes.length && !this.handler.isDone; at += PIECE_BYTES) {
      const source = this.rest + bytes.toString('latin1', at, at + PIECE_BYTES);
      this.rest = source.slice(scanTokens(source, this.handler));
    }
    if (this.rest.length > LONGEST_TOKEN) throw damaged('a text or tag in it does not end');
  }

  end(): void {
    if (!this.handler.isDone && this.rest.trimStart().startsWith('<'))
      throw damaged('a part of it ends within a tag');
  }
}

/** Reads a whole part, or as much as the handler needs. */
export async function scanMarkup(chunks: AsyncIterable<Buffer>, handler: MarkupHandler): Promise<void> {
  const scanner = new MarkupScanner(handler);
  for await (const chunk of chunks) {
    scanner.push(chunk);
    if (handler.isDone) return;
  }
  scanner.end();
}

/** Reads all whole tokens and returns where the rest begins. A text is whole if the tag behind it is. */
function scanTokens(source: string, handler: MarkupHandler): number {
  let at = 0;
  for (;;) {
    const start = source.indexOf('<', at);
    if (start < 0 || start + 1 >= source.length) return at;
    const kind = source.charCodeAt(start + 1);
    const end = kind === BANG || kind === QUESTION ? skipMarkup(source, start) : tagEnd(source, start + 1);
    if (end < 0) return at;
    if (handler.wantsText && start > at) handler.text(decodeText(source.slice(at, start)));
    if (kind === BANG) {
      if (handler.wantsText && source.startsWith(CDATA, start))
        handler.text(decodeUtf8(source.slice(start + CDATA.length, end - 3)));
    } else if (kind !== QUESTION) {
      readTag(source, { start: start + 1, end: end - 1 }, handler);
      if (handler.isDone) return end;
    }
    at = end;
  }
}

/** The place after a comment, CDATA section, DOCTYPE or processing instruction; -1 if its end is missing. */
function skipMarkup(source: string, start: number): number {
  if (source.length - start < CDATA.length) return -1;
  const close = source.startsWith(CDATA, start)
    ? ']]>'
    : source.startsWith('<!--', start)
      ? '-->'
      : source.charCodeAt(start + 1) === QUESTION
        ? '?>'
        : undefined;
  if (close === undefined) return doctypeEnd(source, start);
  const end = source.indexOf(close, start + (close === '-->' ? 4 : 2));
  return end < 0 ? -1 : end + close.length;
}

function doctypeEnd(source: string, start: number): number {
  const end = source.indexOf('>', start);
  const subset = source.indexOf('[', start);
  if (end < 0 || subset < 0 || subset > end) return end < 0 ? -1 : end + 1;
  const close = /\]\s*>/g;
  close.lastIndex = subset;
  return close.exec(source) === null ? -1 : close.lastIndex;
}

/** The place after a tag; -1 if its end is missing. `>` may stand in quotes. */
function tagEnd(source: string, start: number): number {
  const end = source.indexOf('>', start);
  if (end < 0) return -1;
  // Nearly all tags with attributes end with one in double quotes.
  const close = source.charCodeAt(end - 1) === SLASH ? end - 2 : end - 1;
  if (source.charCodeAt(close) === QUOTE) {
    const open = source.lastIndexOf('"', close - 1);
    if (open > start && source.charCodeAt(open - 1) === EQUALS) return end + 1;
  }
  return slowTagEnd(source, start);
}

function slowTagEnd(source: string, start: number): number {
  let quote = 0;
  for (let at = start; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 62) return at + 1;
    else if (code === QUOTE || code === 39) quote = code;
  }
  return -1;
}

interface Tag {
  /** Of the name or the slash. */
  readonly start: number;
  /** Of the closing bracket. */
  readonly end: number;
}

function readTag(source: string, { start, end }: Tag, handler: MarkupHandler): void {
  const isClosing = source.charCodeAt(start) === SLASH;
  let nameStart = isClosing ? start + 1 : start;
  let at = nameStart;
  for (; at < end; at += 1) {
    const code = source.charCodeAt(at);
    if (code <= 32 || code === SLASH) break;
    if (code === COLON) nameStart = at + 1;
  }
  const name = source.slice(nameStart, at);
  if (isClosing) {
    handler.close(name);
    return;
  }
  const isEmpty = source.charCodeAt(end - 1) === SLASH;
  handler.open(name, source.slice(at, isEmpty ? end - 1 : end));
  if (isEmpty) handler.close(name);
}

/** The value of an attribute, whatever its prefix; undefined if the element lacks it. */
export function attributeOf(attributes: string, name: string): string | undefined {
  let at = 0;
  for (;;) {
    const equals = attributes.indexOf('=', at);
    if (equals < 0) return undefined;
    let open = equals + 1;
    while (attributes.charCodeAt(open) <= 32) open += 1;
    const quote = attributes[open];
    if (quote !== '"' && quote !== "'") return undefined;
    const close = attributes.indexOf(quote, open + 1);
    if (close < 0) return undefined;
    if (isNamed(attributes, { at, equals }, name)) return decodeText(attributes.slice(open + 1, close));
    at = close + 1;
  }
}

function isNamed(attributes: string, { at, equals }: { at: number; equals: number }, name: string): boolean {
  let end = equals;
  while (end > at && attributes.charCodeAt(end - 1) <= 32) end -= 1;
  const start = end - name.length;
  if (start < at || !attributes.startsWith(name, start)) return false;
  const before = attributes.charCodeAt(start - 1);
  return start === at || before <= 32 || before === COLON;
}

/** Parts in UTF-16 are allowed and rare. */
function utf16DecoderOf(start: Buffer): TextDecoder | undefined {
  const mark = start.length < 2 ? 0 : start.readUInt16BE(0);
  if (mark === 0xfffe) return new TextDecoder('utf-16le');
  return mark === 0xfeff ? new TextDecoder('utf-16be') : undefined;
}
