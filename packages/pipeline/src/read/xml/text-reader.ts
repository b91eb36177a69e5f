import { hasControls, replaceControls } from '../control-characters.js';
import { isLooseHtml } from './loose-html.js';
import {
  BANG,
  CDATA,
  endOfMarkup,
  endOfName,
  isNameStart,
  isSpace,
  QUESTION,
  SLASH,
  TagScanner,
} from './markup.js';
import type { NamespaceScope } from './namespace-scope.js';
import { type DocumentEntities, decodeReferences } from './references.js';
import { XHTML_NAMESPACE } from './usual-namespaces.js';

const XHTML_TYPE = /\stype\s*=\s*["'](?:xhtml|application\/xhtml\+xml)["']/;
const LINE_END = /\r\n?/g;

/** XML 1.0, section 2.11. */
const normalLineEnds = (text: string): string => (text.includes('\r') ? text.replace(LINE_END, '\n') : text);

export interface TextReaderOptions {
  readonly maxFieldChars: number;
  /** Called for an `&` that begins no reference, with the offset of the value in the window. */
  readonly onBareAmpersand: (at: number) => void;
  /** Called if a reference names a control character. */
  readonly onControls?: (() => void) | undefined;
}

/** Offsets in the window. */
interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Offsets of an element's content and name. */
export interface ElementRange extends TextRange {
  readonly nameStart: number;
  readonly nameEnd: number;
}

interface ScannedTag extends TextRange {
  readonly name: string;
  readonly isEnd: boolean;
  readonly isSelfClosing: boolean;
}

interface MarkupVisitor {
  readonly onText?: (start: number, end: number) => void;
  readonly onCdata?: (start: number, end: number) => void;
  readonly onTag?: (tag: ScannedTag) => void;
}

const isDiv = (name: string): boolean => name === 'div' || name.endsWith(':div');

/**
 * Turns ranges of a window into text. Copies strings out of the window's bytes instead of slicing its latin1 view,
 * because a slice would keep the whole window in memory.
 */
export class TextReader {
  private readonly options: TextReaderOptions;
  private readonly tags = new TagScanner();
  private bytes: Buffer = Buffer.alloc(0);
  private text = '';
  private isAscii = true;
  private entities: DocumentEntities | undefined;
  private isTooLarge = false;
  private readonly ampersand = new NextMark('&');
  private readonly carriageReturn = new NextMark('\r');

  constructor(options: TextReaderOptions) {
    this.options = options;
  }

  /** Whether the last value was over the limit and is empty instead. Forgets it. */
  takeTooLarge(): boolean {
    const { isTooLarge } = this;
    this.isTooLarge = false;
    return isTooLarge;
  }

  /** Sets the entities that the document defines. */
  setEntities(entities: DocumentEntities): void {
    this.entities = entities;
  }

  setWindow(bytes: Buffer, text: string, isAscii: boolean): void {
    this.bytes = bytes;
    this.text = text;
    this.isAscii = isAscii;
    this.ampersand.reset();
    this.carriageReturn.reset();
    this.tags.setWindow(bytes, text);
  }

  /** The text of an element that holds only text, trimmed. */
  plain(start: number, end: number): string {
    const { text } = this;
    const { start: from, end: to } = this.trimmed(start, end);
    const raw = this.raw(from, to);
    if (this.ampersand.isBetween(text, from, to) || this.carriageReturn.isBetween(text, from, to))
      return this.decode(raw, start);
    return raw;
  }

  /** The value of an attribute: decodes references, turns line ends and tabs into spaces (XML 1.0, section 3.3.3). */
  attribute(start: number, end: number): string {
    const raw = this.raw(start, end);
    const normal = /[\t\r\n]/.test(raw) ? raw.replace(LINE_END, '\n').replace(/[\t\n]/g, ' ') : raw;
    return normal.includes('&') ? this.decode(normal, start) : normal;
  }

  /** The text of an element with comments, CDATA sections or elements: all text inside it, in order. */
  mixed(start: number, end: number): string {
    let result = '';
    let pending = '';
    let hasBegun = false;
    const add = (piece: string): void => {
      if (piece === '') return;
      if (this.isOver(result.length + piece.length)) return;
      result += pending + piece;
      pending = '';
      hasBegun = true;
    };
    this.walk(start, end, {
      onCdata: (from, to) => add(normalLineEnds(this.raw(from, to))),
      onText: (from, to) => {
        let first = from;
        let last = to;
        while (!hasBegun && first < last && isSpace(this.bytes[first])) first += 1;
        while (last > first && isSpace(this.bytes[last - 1])) last -= 1;
        add(this.decode(this.raw(first, last), start));
        if (hasBegun) pending += normalLineEnds(this.raw(last, to));
      },
    });
    return result;
  }

  /**
   * The markup of XHTML inside an element, without the enclosing `div` that Atom requires (RFC 4287, section 3.1.1.3) and
   * without its prefix, or of HTML that the source forgot to escape. Undefined if the element holds neither.
   */
  markup(element: ElementRange, scope: NamespaceScope): string | undefined {
    const first = this.firstElement(element.start, element.end, scope);
    if (first === null) return undefined;
    const isDeclared = XHTML_TYPE.test(this.text.slice(element.nameEnd, element.start));
    const content = this.trimmed(element.start, element.end);
    if (first.namespace === XHTML_NAMESPACE || isDeclared) {
      const { start, end } = this.insideOuterDiv(content);
      return withoutPrefix(normalLineEnds(this.raw(start, end).trim()), first.prefix);
    }
    const name = this.text.slice(element.nameStart, element.nameEnd);
    if (!isLooseHtml(name, first.name)) return undefined;
    return this.looseHtml(content);
  }

  /** HTML that the source forgot to escape. CDATA in it is HTML too, as in an element that holds only CDATA. */
  private looseHtml(range: TextRange): string {
    let html = '';
    let { start } = range;
    let end = start;
    const flush = (): void => {
      const piece = this.raw(start, end);
      if (!this.isOver(html.length + piece.length)) html += piece;
    };
    const keep = (from: number, to: number): void => {
      if (from !== end) {
        flush();
        start = from;
      }
      end = to;
    };
    this.walk(range.start, range.end, {
      onText: keep,
      onCdata: keep,
      onTag: (tag) => keep(tag.start, tag.end),
    });
    flush();
    return normalLineEnds(html);
  }

  /** A range without the white space at its ends. */
  private trimmed(start: number, end: number): TextRange {
    const { bytes } = this;
    let from = start;
    let to = end;
    while (from < to && isSpace(bytes[from])) from += 1;
    while (to > from && isSpace(bytes[to - 1])) to -= 1;
    return { start: from, end: to };
  }

  /** The content of the `div` that encloses a whole range; the range itself without one. */
  private insideOuterDiv(range: TextRange): TextRange {
    let depth = 0;
    let contentStart = range.start;
    let content = range;
    let isDecided = false;
    this.walk(range.start, range.end, {
      onTag: (tag) => {
        if (isDecided || !isDiv(tag.name)) return;
        if (depth === 0 && (tag.start > range.start || tag.isEnd)) isDecided = true;
        if (depth === 0) contentStart = tag.end;
        if (tag.isEnd) depth -= 1;
        else if (!tag.isSelfClosing) depth += 1;
        if (isDecided || depth > 0) return;
        isDecided = true;
        if (tag.isEnd && tag.end === range.end) content = { start: contentStart, end: tag.start };
      },
    });
    return content;
  }

  private raw(start: number, end: number): string {
    if (this.isOver((end - start) / 4)) return '';
    const text = this.isAscii
      ? this.bytes.toString('latin1', start, end)
      : this.bytes.toString('utf8', start, end);
    return this.isOver(text.length) ? '' : text;
  }

  private decode(raw: string, at: number): string {
    const text = normalLineEnds(raw);
    if (!text.includes('&')) return text;
    const { entities } = this;
    const decoded = decodeReferences(text, { entities, onBare: () => this.options.onBareAmpersand(at) });
    if (!hasControls(decoded)) return decoded;
    this.options.onControls?.();
    return replaceControls(decoded);
  }

  /** The first element in a range, with its namespace by its own declarations or those around; null without one. */
  private firstElement(start: number, end: number, scope: NamespaceScope): FirstElement | null {
    const { text, bytes, tags } = this;
    let at = start;
    for (let lt = text.indexOf('<', at); lt >= 0 && lt < end; lt = text.indexOf('<', at)) {
      const isMarkup = bytes[lt + 1] === BANG || bytes[lt + 1] === QUESTION;
      at = isMarkup ? Math.max(endOfMarkup(text, lt), lt + 2) : lt + 1;
      if (!isNameStart(bytes[lt + 1])) continue;
      const nameEnd = endOfName(bytes, lt + 1);
      const name = text.slice(lt + 1, nameEnd);
      const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : '';
      const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
      tags.start(nameEnd);
      while (tags.next() === 'attribute')
        if (text.slice(tags.nameStart, tags.nameEnd) === declaration)
          return { name, prefix, namespace: text.slice(tags.valueStart, tags.valueEnd) };
      return { name, prefix, namespace: scope.uriOf(prefix) ?? '' };
    }
    return null;
  }

  /** Visits the text, the CDATA sections and the tags between two offsets. */
  private walk(start: number, end: number, { onText, onCdata, onTag }: MarkupVisitor): void {
    const { text, bytes, tags } = this;
    let textStart = start;
    let at = start;
    while (at < end) {
      const lt = text.indexOf('<', at);
      if (lt < 0 || lt >= end) break;
      const next = bytes[lt + 1];
      const isTag = isNameStart(next) || next === SLASH;
      if (!isTag && next !== BANG && next !== QUESTION) {
        at = lt + 1;
        continue;
      }
      if (lt > textStart) onText?.(textStart, lt);
      if (isTag) {
        tags.start(lt + 1);
        while (tags.next() === 'attribute');
        at = tags.end;
        onTag?.(this.tagAt(lt));
      } else {
        at = Math.max(endOfMarkup(text, lt), lt + 2);
        if (text.startsWith(CDATA, lt)) onCdata?.(lt + CDATA.length, at - 3);
      }
      textStart = at;
    }
    if (end > textStart) onText?.(textStart, end);
  }

  /** The tag that begins at `start` and that `tags` has scanned. */
  private tagAt(start: number): ScannedTag {
    const { bytes, text, tags } = this;
    const isEnd = bytes[start + 1] === SLASH;
    const nameStart = isEnd ? start + 2 : start + 1;
    const name = text.slice(nameStart, endOfName(bytes, nameStart));
    return { name, start, end: tags.end, isEnd, isSelfClosing: tags.isSelfClosing };
  }

  private isOver(chars: number): boolean {
    const isOver = chars > this.options.maxFieldChars;
    if (isOver) this.isTooLarge = true;
    return isOver;
  }
}

interface FirstElement {
  /** As in the source. */
  readonly name: string;
  readonly prefix: string;
  readonly namespace: string;
}

/** HTML knows no prefixes: `<x:p>` becomes `<p>`. */
const withoutPrefix = (markup: string, prefix: string): string =>
  prefix === '' ? markup : markup.replaceAll(`<${prefix}:`, '<').replaceAll(`</${prefix}:`, '</');

/**
 * Finds whether a range contains a character. For ranges in ascending order this costs one pass over the window;
 * `indexOf` for each range would search to the end of the window each time.
 */
class NextMark {
  private readonly mark: string;
  private from = 0;
  private at = -1;

  constructor(mark: string) {
    this.mark = mark;
  }

  reset(): void {
    this.from = 0;
    this.at = -1;
  }

  isBetween(text: string, start: number, end: number): boolean {
    if (start > this.at || start < this.from) {
      const found = text.indexOf(this.mark, start);
      this.from = start;
      this.at = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.at < end;
  }
}
