const LT = 60;
export const GT = 62;
export const SLASH = 47;
export const BANG = 33;
export const QUESTION = 63;
const EQUALS = 61;
const QUOTE = 34;
const APOSTROPHE = 39;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/** The window ends too early; more bytes are needed. */
export const INCOMPLETE = -1;

export const isSpace = (byte: number | undefined): boolean =>
  byte === 32 || byte === 10 || byte === 13 || byte === 9;

/** Letters, `_`, `:` and everything beyond ASCII: more than XML allows, because feeds use more. */
export function isNameStart(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 32;
  return (lower >= 97 && lower <= 122) || byte === 95 || byte === 58 || byte >= 0x80;
}

/** End of the name that begins at `from`; INCOMPLETE if the window ends first. */
export function endOfName(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte <= 32 || byte === GT || byte === SLASH || byte === LT) return at;
  }
  return INCOMPLETE;
}

/**
 * Scans the attributes of one tag in a window of bytes and its latin1 view. Quotes count only after `=`; a `<` at the
 * beginning of an attribute ends a tag that was never closed.
 */
export class TagScanner {
  private bytes: Uint8Array = new Uint8Array();
  private text = '';
  nameStart = 0;
  nameEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** End of the tag, after `next` has returned `'end'`. */
  end = 0;
  isSelfClosing = false;
  /** Whether the next tag ended this one, or an attribute has no quotes. */
  isOdd = false;

  setWindow(bytes: Uint8Array, text: string): void {
    this.bytes = bytes;
    this.text = text;
  }

  /** Starts after the tag's name. */
  start(at: number): void {
    this.end = at;
    this.isSelfClosing = false;
    this.isOdd = false;
  }

  next(): 'attribute' | 'end' | 'incomplete' {
    const { bytes } = this;
    let at = this.end;
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined) return 'incomplete';
      if (byte === GT) return this.finish(at + 1);
      if (byte === LT) {
        this.isOdd = true;
        return this.finish(at);
      }
      if (byte === SLASH) this.isSelfClosing = true;
      else if (!isSpace(byte)) break;
      at += 1;
    }
    this.isSelfClosing = false;
    return this.attribute(at);
  }

  private finish(end: number): 'end' {
    this.end = end;
    return 'end';
  }

  private attribute(from: number): 'attribute' | 'incomplete' {
    const { bytes } = this;
    let at = from + 1;
    for (let byte = bytes[at]; byte !== EQUALS; byte = bytes[++at]) {
      if (byte === undefined) return 'incomplete';
      if (byte === GT || byte === LT || byte === SLASH || isSpace(byte)) break;
    }
    this.nameStart = from;
    this.nameEnd = at;
    while (isSpace(bytes[at])) at += 1;
    if (bytes[at] === undefined) return 'incomplete';
    if (bytes[at] !== EQUALS) return this.value(at, at, at, true);
    at += 1;
    while (isSpace(bytes[at])) at += 1;
    const quote = bytes[at];
    if (quote === undefined) return 'incomplete';
    if (quote !== QUOTE && quote !== APOSTROPHE) return this.bareValue(at);
    const close = this.text.indexOf(quote === QUOTE ? '"' : "'", at + 1);
    return close < 0 ? 'incomplete' : this.value(at + 1, close, close + 1, false);
  }

  private bareValue(from: number): 'attribute' | 'incomplete' {
    let at = from;
    for (let byte = this.bytes[at]; byte !== GT && byte !== LT && !isSpace(byte); byte = this.bytes[++at])
      if (byte === undefined) return 'incomplete';
    return this.value(from, at, at, true);
  }

  private value(start: number, end: number, next: number, isOdd: boolean): 'attribute' {
    this.valueStart = start;
    this.valueEnd = end;
    this.end = next;
    if (isOdd) this.isOdd = true;
    return 'attribute';
  }
}

const COMMENT = '<!--';
export const CDATA = '<![CDATA[';
const DOCTYPE = '<!DOCTYPE';

/** End of the comment, CDATA section, processing instruction or declaration that begins at `at`, or INCOMPLETE. */
export function endOfMarkup(text: string, at: number): number {
  const after = (mark: string, from: number): number => {
    const found = text.indexOf(mark, from);
    return found < 0 ? INCOMPLETE : found + mark.length;
  };
  if (text.charCodeAt(at + 1) === QUESTION) return after('?>', at + 2);
  if (text.startsWith(COMMENT, at)) return after('-->', at + COMMENT.length);
  if (text.startsWith(CDATA, at)) return after(']]>', at + CDATA.length);
  const rest = text.slice(at, at + CDATA.length);
  if (COMMENT.startsWith(rest) || CDATA.startsWith(rest) || DOCTYPE.startsWith(rest.toUpperCase()))
    return rest.length < DOCTYPE.length ? INCOMPLETE : endOfDoctype(text, at);
  return after('>', at + 2);
}

export const isDoctype = (text: string, at: number): boolean =>
  text.slice(at, at + DOCTYPE.length).toUpperCase() === DOCTYPE;

/** End of a DOCTYPE with its internal subset. */
function endOfDoctype(text: string, start: number): number {
  let isInSubset = false;
  for (let at = start + 2; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE || code === APOSTROPHE) {
      at = text.indexOf(code === QUOTE ? '"' : "'", at + 1);
      if (at < 0) return INCOMPLETE;
    } else if (code === OPEN_BRACKET) isInSubset = true;
    else if (code === CLOSE_BRACKET) isInSubset = false;
    else if (code === GT && !isInSubset) return at + 1;
    else if (code === LT && isInSubset) {
      if (!text.startsWith(COMMENT, at) && text.charCodeAt(at + 1) !== QUESTION) continue;
      const end = endOfMarkup(text, at);
      if (end < 0) return INCOMPLETE;
      at = end - 1;
    }
  }
  return INCOMPLETE;
}
