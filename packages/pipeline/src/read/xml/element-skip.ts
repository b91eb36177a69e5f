import { endOfName, isNameStart, SLASH, TagScanner } from './markup.js';

/** Markup in which tags mean nothing: how it begins, and how it ends. */
const OPAQUE: readonly (readonly [begin: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];
const LONGEST_BEGIN = 9;

export interface SkipWindow {
  readonly bytes: Buffer;
  /** The bytes as Latin-1. */
  readonly text: string;
  readonly isLast: boolean;
}

/**
 * Finds the end of an element that is too large to be parsed, in consecutive windows, of which it keeps nothing. Counts
 * only the elements of its name, so that the damaged markup of others does not matter.
 */
export class ElementSkip {
  /** Whether the end was found. */
  isDone = false;
  private readonly name: string;
  private readonly isAncestor: (rawName: string) => boolean;
  private readonly tags = new TagScanner();
  private depth = 1;
  private isInStartTag = true;
  private opaqueEnd: string | undefined;

  /** Begins after the name in the start tag. The end tag of an ancestor ends the element too. */
  constructor(name: string, isAncestor: (rawName: string) => boolean) {
    this.name = name;
    this.isAncestor = isAncestor;
  }

  /** Returns the offset after the element, or the offset at which the next window must begin. */
  skip(window: SkipWindow, from: number): number {
    const { text } = window;
    this.tags.setWindow(window.bytes, text);
    let at = this.isInStartTag ? this.skipStartTag(text, from) : from;
    while (!this.isDone && !this.isInStartTag) {
      if (this.opaqueEnd !== undefined) {
        const end = text.indexOf(this.opaqueEnd, at);
        if (end < 0) return Math.max(at, text.length - this.opaqueEnd.length + 1);
        at = end + this.opaqueEnd.length;
        this.opaqueEnd = undefined;
      }
      const lt = text.indexOf('<', at);
      if (lt < 0) return text.length;
      if (text.length - lt < LONGEST_BEGIN && !window.isLast) return lt;
      const next = this.readMarkup(window, lt);
      if (next < 0) return lt;
      at = next;
    }
    return at;
  }

  private skipStartTag(text: string, from: number): number {
    const end = text.indexOf('>', from);
    // The last byte tells later whether the tag closes itself.
    if (end < 0) return Math.max(from, text.length - 1);
    this.isInStartTag = false;
    this.isDone = text[end - 1] === '/';
    return end + 1;
  }

  /** Returns the offset after the markup at `lt`, or -1 if the window cuts it off. */
  private readMarkup({ bytes, text }: SkipWindow, lt: number): number {
    const opaque = OPAQUE.find(([begin]) => text.startsWith(begin, lt));
    if (opaque !== undefined) {
      this.opaqueEnd = opaque[1];
      return lt + opaque[0].length;
    }
    const isEnd = bytes[lt + 1] === SLASH;
    const nameStart = lt + (isEnd ? 2 : 1);
    if (!isNameStart(bytes[nameStart])) return lt + 1;
    const nameEnd = endOfName(bytes, nameStart);
    if (nameEnd < 0) return -1;
    const name = text.slice(nameStart, nameEnd);
    if (isEnd) return this.readEndTag(text, { lt, name, nameEnd });
    if (name !== this.name) return nameEnd;
    this.tags.start(nameEnd);
    for (let found = this.tags.next(); found !== 'end'; found = this.tags.next())
      if (found === 'incomplete') return -1;
    if (!this.tags.isSelfClosing) this.depth += 1;
    return this.tags.end;
  }

  private readEndTag(text: string, { lt, name, nameEnd }: EndTag): number {
    const end = text.indexOf('>', nameEnd);
    if (end < 0) return -1;
    if (name === this.name) {
      this.depth -= 1;
      this.isDone = this.depth === 0;
      return end + 1;
    }
    this.isDone = this.isAncestor(name);
    return this.isDone ? lt : end + 1;
  }
}

interface EndTag {
  readonly lt: number;
  readonly name: string;
  readonly nameEnd: number;
}
