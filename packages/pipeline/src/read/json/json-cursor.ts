import { InletError } from '@inlet/contracts/errors';
import type { Block } from '../blocks/block-reader.js';
import { hasControls, replaceControls } from '../control-characters.js';

export const QUOTE = 34;
export const COMMA = 44;
export const COLON = 58;
export const OPEN_BRACKET = 91;
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
const LOWER_E = 101;
const LOWER_U = 117;

const LITERALS = ['true', 'false', 'null'] as const;

/** Bytes that end the fast loop over a string: the quote, the backslash, control characters. */
const STOPS = Uint8Array.from(
  { length: 256 },
  (_, byte) => +(byte < SPACE || byte === QUOTE || byte === BACKSLASH),
);
const ESCAPES = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));
const HEX = /^[0-9a-f]{4}$/i;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Thrown if the block ends inside a token; go back and try again with more of the file. Like `JsonFault` it never
 * leaves this folder and is not an Error, because a stack trace for each of a million bad lines costs far more than
 * reading them.
 */
export class Unfinished {}

/** Counts from 1, columns in characters. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A position at which the text is not JSON. */
export class JsonFault {
  readonly message: string;
  readonly position: TextPosition;
  /** Whether the text is valid but ends too early. */
  readonly isIncomplete: boolean;

  constructor(message: string, options: { readonly position: TextPosition; readonly isIncomplete: boolean }) {
    this.message = message;
    this.position = options.position;
    this.isIncomplete = options.isIncomplete;
  }
}

/** A position that a cursor can return to. */
export interface Checkpoint {
  at: number;
  line: number;
  lineStart: number;
  continued: number;
}

export interface MemberReader {
  readonly readMember: () => void;
  readonly onTrailingComma?: (() => void) | undefined;
}

/** At the beginning of a file. */
export function createCheckpoint(): Checkpoint {
  return { at: 0, line: 1, lineStart: 0, continued: 0 };
}

/**
 * Reads JSON tokens from a block of bytes. Checks everything against RFC 8259, requested or not, so that faults do not
 * depend on the paths. Accepts two deviations, because feeds have them and their meaning is clear: control characters
 * inside strings, and numbers with leading zeros.
 */
export class JsonCursor {
  bytes: Buffer = Buffer.alloc(1);
  length = 0;
  isLast = false;
  at = 0;
  /** The text of the last string or number, without quotes. */
  tokenStart = 0;
  tokenEnd = 0;
  /** Called if an escape names a control character. */
  onControls: (() => void) | undefined;
  private text = '';
  private hasEscapes = false;
  private hasControls = false;
  private hasHighBytes = false;
  private line = 1;
  private lineStart = 0;
  /** Bytes since the start of the line that continue a character. */
  private continued = 0;

  /** Continues with a block that begins at the cursor. */
  load(block: Block): void {
    this.lineStart -= this.at;
    this.at = 0;
    this.bytes = block.bytes;
    this.length = block.length;
    this.isLast = block.isLast;
    this.text = block.bytes.toString('latin1', 0, block.length);
  }

  save(into: Checkpoint): void {
    into.at = this.at;
    into.line = this.line;
    into.lineStart = this.lineStart;
    into.continued = this.continued;
  }

  restore(from: Checkpoint): void {
    this.at = from.at;
    this.line = from.line;
    this.lineStart = from.lineStart;
    this.continued = from.continued;
  }

  /** Skips white space and returns the next byte. */
  next(): number {
    const byte = this.bytes[this.at]!;
    if (byte > SPACE) return byte;
    if (!this.skipSpace()) this.failAtEnd();
    return this.bytes[this.at]!;
  }

  /** Whether only white space is left. Throws `Unfinished` at the end of a block that is not the last. */
  isAtEnd(): boolean {
    if (this.skipSpace()) return false;
    if (!this.isLast) throw new Unfinished();
    return true;
  }

  /**
   * Reads the object or array that begins at the cursor: calls `readMember` at each member. A comma after the last one is
   * passed over and reported.
   */
  members(close: number, { readMember, onTrailingComma }: MemberReader): void {
    this.at += 1;
    while (this.next() !== close) {
      readMember();
      const byte = this.next();
      if (byte === close) break;
      if (byte !== COMMA) this.expected('a comma');
      this.at += 1;
      if (this.next() === close) onTrailingComma?.();
    }
    this.at += 1;
  }

  /** Reads the string that begins at the cursor. */
  string(): void {
    const { bytes } = this;
    const start = this.at + 1;
    let at = start;
    let high = 0;
    this.hasEscapes = false;
    this.hasControls = false;
    for (;;) {
      let byte = bytes[at]!;
      while (STOPS[byte] === 0) {
        high |= byte;
        at += 1;
        byte = bytes[at]!;
      }
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) at = this.escape(at);
      else at = this.control(at);
    }
    this.hasHighBytes = high > 127;
    if (this.hasHighBytes) this.countContinued(Math.max(start, this.lineStart), at);
    this.tokenStart = start;
    this.tokenEnd = at;
    this.at = at + 1;
  }

  /** The text of the last string. */
  stringText(): string {
    const { tokenStart, tokenEnd } = this;
    const raw = this.hasHighBytes
      ? this.bytes.toString('utf8', tokenStart, tokenEnd)
      : this.text.slice(tokenStart, tokenEnd);
    if (!this.hasEscapes) return raw;
    const source = this.hasControls ? raw.replace(/[\x00-\x1f]/g, escapeControl) : raw;
    const text: string = JSON.parse(`"${source}"`);
    const whole = text.replace(LONE_SURROGATE, '\ufffd');
    if (!hasControls(whole)) return whole;
    this.onControls?.();
    return replaceControls(whole);
  }

  /** Whether the file writes the last string exactly as its text, in ASCII. */
  get isPlain(): boolean {
    return !this.hasEscapes && !this.hasControls && !this.hasHighBytes;
  }

  /** Reads a number, `true`, `false` or `null`; see `scalarText()`. */
  scalar(): void {
    const byte = this.bytes[this.at]!;
    this.tokenStart = this.at;
    if ((byte >= ZERO && byte <= NINE) || byte === MINUS) this.number();
    else this.literal();
    this.tokenEnd = this.at;
  }

  scalarText(): string {
    return this.text.slice(this.tokenStart, this.tokenEnd);
  }

  get isNull(): boolean {
    return this.bytes[this.tokenStart] === 110;
  }

  /** The source of a value, without the white space between its tokens. */
  compact(start: number, end: number): string {
    const source = this.bytes.toString('utf8', start, end);
    let result = '';
    let from = 0;
    let isInString = false;
    for (let at = 0; at < source.length; at += 1) {
      const code = source.charCodeAt(at);
      if (isInString && code === BACKSLASH) at += 1;
      else if (code === QUOTE) isInString = !isInString;
      else if (!isInString && code <= SPACE) {
        result += source.slice(from, at);
        from = at + 1;
      }
    }
    return from === 0 ? source : result + source.slice(from);
  }

  /** Moves on to an offset without reading what is before it. */
  skipTo(at: number): void {
    const { bytes } = this;
    for (let lf = bytes.indexOf(LF, this.at); lf >= 0 && lf < at; lf = bytes.indexOf(LF, lf + 1))
      this.newLine(lf);
    this.at = at;
  }

  /** Throws the fault of a text that ends too early. */
  failCut(): never {
    throw new JsonFault('The text ends in the middle of a value.', {
      position: this.position(this.length),
      isIncomplete: true,
    });
  }

  /** Whether these bytes are at the cursor. */
  matches(expected: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let n = 0; n < expected.length; n += 1) if (bytes[at + n] !== expected[n]) return false;
    return true;
  }

  position(at = this.at): TextPosition {
    return { line: this.line, column: at - this.lineStart - this.continued + 1 };
  }

  /** @throws JsonFault with the expected token. */
  expected(what: string): never {
    this.fault(`not ${what}`);
  }

  /** Returns false if nothing follows the white space. */
  skipSpace(): boolean {
    for (; this.at < this.length; this.at += 1) {
      const byte = this.bytes[this.at]!;
      if (byte > SPACE) return true;
      if (byte === LF) this.newLine(this.at);
      else if (byte !== SPACE && byte !== CR && byte !== TAB) this.fault('a control character');
    }
    return false;
  }

  /** Throws for the end of the file or of the block. */
  private failAtEnd(): never {
    if (!this.isLast) throw new Unfinished();
    this.failCut();
  }

  private fault(found: string, at = this.at): never {
    throw new JsonFault(`This is not JSON: ${found}.`, { position: this.position(at), isIncomplete: false });
  }

  private newLine(at: number): void {
    this.line += 1;
    this.lineStart = at + 1;
    this.continued = 0;
  }

  private countContinued(from: number, to: number): void {
    for (let at = from; at < to; at += 1) if ((this.bytes[at]! & 0xc0) === 0x80) this.continued += 1;
  }

  private escape(at: number): number {
    this.hasEscapes = true;
    if (at + 1 >= this.length) this.failAtEnd();
    const letter = this.bytes[at + 1]!;
    if (ESCAPES.has(letter)) return at + 2;
    if (letter !== LOWER_U) this.fault('an unknown escape in a string', at);
    if (at + 6 > this.length) this.failAtEnd();
    if (!HEX.test(this.text.slice(at + 2, at + 6))) this.fault('an unknown escape in a string', at);
    return at + 6;
  }

  private control(at: number): number {
    if (at >= this.length) this.failAtEnd();
    this.hasControls = true;
    if (this.bytes[at] === LF) this.newLine(at);
    return at + 1;
  }

  private number(): void {
    if (this.bytes[this.at] === MINUS) this.at += 1;
    this.digits();
    if (this.bytes[this.at] === POINT) {
      this.at += 1;
      this.digits();
    }
    if ((this.bytes[this.at]! | 32) === LOWER_E) {
      this.at += 1;
      const sign = this.bytes[this.at];
      if (sign === MINUS || sign === PLUS) this.at += 1;
      this.digits();
    }
    if (this.at >= this.length && !this.isLast) throw new Unfinished();
  }

  private digits(): void {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at += 1;
    this.at = at;
    if (at > start) return;
    if (at >= this.length) this.failAtEnd();
    this.fault('a number that is not complete');
  }

  private literal(): void {
    for (const literal of LITERALS) {
      if (!this.text.startsWith(literal, this.at)) continue;
      this.at += literal.length;
      return;
    }
    const rest = this.text.slice(this.at, this.at + 5);
    if (rest.length < 5 && LITERALS.some((literal) => literal.startsWith(rest))) this.failAtEnd();
    this.fault('a value was expected');
  }
}

function escapeControl(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The error for a fault before the first record. */
export function malformed(fault: JsonFault): InletError {
  const { line, column } = fault.position;
  return new InletError('source_malformed', {
    detail: `${fault.message.replace(/\.$/, '')}, on line ${line}, column ${column}.`,
    extra: { line, column },
  });
}
