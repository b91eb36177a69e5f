import { InletError } from '@inlet/contracts/errors';
import { isDeclaration, scopeInside } from './element-scope.js';
import {
  BANG,
  endOfMarkup,
  endOfName,
  GT,
  INCOMPLETE,
  isNameStart,
  isSpace,
  QUESTION,
  SLASH,
  TagScanner,
} from './markup.js';
import type { NamespaceScope } from './namespace-scope.js';
import type { TextReader } from './text-reader.js';
import { findStep, type PathNode, type StepTables } from './wanted-paths.js';
import type { XmlFault } from './xml-faults.js';

export interface RecordParserOptions {
  readonly wanted: PathNode;
  readonly tables: StepTables;
  readonly texts: TextReader;
  readonly maxDepth: number;
  /** Called for markup that is not well-formed, with its offset in the window. */
  readonly onFault: (fault: XmlFault, at: number) => void;
  /** Whether an element around the records has this raw name; its end tag ends a record without an end tag. */
  readonly isAncestor: (rawName: string) => boolean;
}

/** Field values while they are filled. */
export type Slots = (string | string[] | undefined)[];

export interface RecordStart {
  /** Offsets of the name in the window. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** With the declarations of the record's own tag. */
  readonly scope: NamespaceScope;
  /** How many elements enclose the record. */
  readonly depth: number;
  /** One entry per path, filled with the values above the record. */
  readonly fields: Slots;
}

const ONLY_TEXT = 0;
const COMMENTS_OR_CDATA = 1;
const ELEMENTS = 2;

/**
 * Parses one record out of a window and keeps only the requested values; skips everything else tag by tag without
 * making strings. An incomplete record is abandoned and parsed again from its beginning with more bytes; the caller
 * doubles the window each time, so that the cost stays linear.
 */
export class RecordParser {
  private readonly options: RecordParserOptions;
  private readonly tags = new TagScanner();
  private bytes: Buffer = Buffer.alloc(0);
  private text = '';
  private fields: Slots = [];
  private maxDepth = 0;

  // The open elements inside the record, one entry each; the record itself is 0.
  private readonly nameStarts: number[] = [];
  private readonly nameEnds: number[] = [];
  private readonly contentStarts: number[] = [];
  private readonly nodes: (PathNode | null)[] = [];
  private readonly scopes: NamespaceScope[] = [];
  private readonly contents: number[] = [];
  private depth = -1;

  constructor(options: RecordParserOptions) {
    this.options = options;
  }

  setWindow(bytes: Buffer, text: string): void {
    this.bytes = bytes;
    this.text = text;
    this.tags.setWindow(bytes, text);
  }

  /** Fills `start.fields`; returns the offset after the record, or INCOMPLETE. */
  parse(start: RecordStart): number {
    const { nameStart, nameEnd, scope } = start;
    const { wanted } = this.options;
    this.fields = start.fields;
    this.maxDepth = this.options.maxDepth - start.depth;
    this.depth = -1;
    const isBare = this.bytes[nameEnd] === GT;
    const end = isBare ? nameEnd + 1 : this.scanTag(nameEnd);
    if (end < 0) return INCOMPLETE;
    if (!isBare) {
      const isSelfClosing = this.tags.isSelfClosing;
      if (wanted.attributes.size > 0) this.takeAttributes(nameEnd, wanted, scope);
      if (isSelfClosing) return this.takeEmpty(wanted, end);
    }
    let at = this.push(nameStart, nameEnd, wanted, scope, end);
    while (this.depth >= 0 && at >= 0) at = this.readMarkup(at);
    return at;
  }

  /** Reads the next piece of markup. */
  private readMarkup(from: number): number {
    const lt = this.text.indexOf('<', from);
    if (lt < 0) return INCOMPLETE;
    const next = this.bytes[lt + 1];
    if (next === SLASH) return this.endTag(lt);
    if (isNameStart(next)) return this.startTag(lt + 1);
    if (next === undefined) return INCOMPLETE;
    if (next === BANG || next === QUESTION) {
      this.contents[this.depth]! |= COMMENTS_OR_CDATA;
      return endOfMarkup(this.text, lt);
    }
    this.options.onFault('xml_stray_markup', lt);
    return lt + 1;
  }

  private startTag(nameStart: number): number {
    const { bytes, depth } = this;
    const nameEnd = endOfName(bytes, nameStart);
    if (nameEnd < 0) return INCOMPLETE;
    if (depth + 1 >= this.maxDepth) throw new InletError('source_too_deep');
    this.contents[depth]! |= ELEMENTS;
    const parent = this.nodes[depth]!;
    const scope = this.scopes[depth]!;
    if (bytes[nameEnd] !== GT) return this.tagWithAttributes(nameStart, nameEnd, parent, scope);
    const node =
      parent === null
        ? null
        : findStep(this.options.tables.tableOf(parent, scope), bytes, nameStart, nameEnd);
    return this.leafOrOpen(nameStart, nameEnd, node, scope, nameEnd + 1);
  }

  private tagWithAttributes(
    nameStart: number,
    nameEnd: number,
    parent: PathNode | null,
    outer: NamespaceScope,
  ): number {
    const { text, tags } = this;
    const end = this.scanTag(nameEnd);
    if (end < 0) return INCOMPLETE;
    const { isSelfClosing } = tags;
    if (tags.isOdd) this.options.onFault('xml_stray_markup', nameStart - 1);
    if (parent === null) return isSelfClosing ? end : this.leafOrOpen(nameStart, nameEnd, null, outer, end);
    const scope = this.hasDeclarations ? scopeInside({ text, tags, nameEnd, scope: outer }) : outer;
    const node = findStep(this.options.tables.tableOf(parent, scope), this.bytes, nameStart, nameEnd);
    if (node !== null && node.attributes.size > 0) this.takeAttributes(nameEnd, node, scope);
    if (isSelfClosing) return node === null ? end : this.takeEmpty(node, end);
    return this.leafOrOpen(nameStart, nameEnd, node, scope, end);
  }

  private hasDeclarations = false;

  /** Scans a tag to its end, and notes whether it declares namespaces. */
  private scanTag(nameEnd: number): number {
    const { tags, text } = this;
    this.hasDeclarations = false;
    tags.start(nameEnd);
    for (;;) {
      const found = tags.next();
      if (found === 'end') return tags.end;
      if (found === 'incomplete') return INCOMPLETE;
      if (isDeclaration(text, tags.nameStart)) this.hasDeclarations = true;
    }
  }

  private takeAttributes(nameEnd: number, node: PathNode, scope: NamespaceScope): void {
    const { tags, text } = this;
    const { attributes } = this.options.tables.tableOf(node, scope);
    tags.start(nameEnd);
    while (tags.next() === 'attribute') {
      const slot = attributes.get(text.slice(tags.nameStart, tags.nameEnd));
      if (slot !== undefined) this.put(slot, this.options.texts.attribute(tags.valueStart, tags.valueEnd));
    }
  }

  private takeEmpty(node: PathNode, end: number): number {
    if (node.slot >= 0) this.put(node.slot, '');
    return end;
  }

  /** Most elements hold only text and are completed at once. */
  private leafOrOpen(
    nameStart: number,
    nameEnd: number,
    node: PathNode | null,
    scope: NamespaceScope,
    contentStart: number,
  ): number {
    const lt = this.text.indexOf('<', contentStart);
    if (lt < 0) return INCOMPLETE;
    const isLeaf = this.bytes[lt + 1] === SLASH && this.isSameName(nameStart, nameEnd, lt + 2);
    const after = lt + 2 + nameEnd - nameStart;
    if (!isLeaf || this.bytes[after] !== GT) return this.push(nameStart, nameEnd, node, scope, contentStart);
    if (node !== null && node.slot >= 0) this.put(node.slot, this.options.texts.plain(contentStart, lt));
    return after + 1;
  }

  private push(
    nameStart: number,
    nameEnd: number,
    node: PathNode | null,
    scope: NamespaceScope,
    contentStart: number,
  ): number {
    this.depth += 1;
    const { depth } = this;
    this.nameStarts[depth] = nameStart;
    this.nameEnds[depth] = nameEnd;
    this.contentStarts[depth] = contentStart;
    this.nodes[depth] = node;
    this.scopes[depth] = scope;
    this.contents[depth] = ONLY_TEXT;
    return contentStart;
  }

  private endTag(lt: number): number {
    const { bytes, depth } = this;
    const nameStart = this.nameStarts[depth]!;
    const nameEnd = this.nameEnds[depth]!;
    if (!this.isSameName(nameStart, nameEnd, lt + 2)) return this.otherEndTag(lt);
    let after = lt + 2 + nameEnd - nameStart;
    while (isSpace(bytes[after])) after += 1;
    if (bytes[after] !== GT) return this.otherEndTag(lt);
    this.close(lt);
    return after + 1;
  }

  /** The end tag of an outer element closes that element and everything in it. */
  private otherEndTag(lt: number): number {
    const { bytes, text, options } = this;
    const nameEnd = endOfName(bytes, lt + 2);
    const end = nameEnd < 0 ? INCOMPLETE : this.scanTag(nameEnd);
    if (end < 0) return INCOMPLETE;
    options.onFault('xml_mismatched_tag', lt);
    let open = this.depth;
    while (open >= 0 && !this.isNamed(open, lt + 2, nameEnd)) open -= 1;
    if (open >= 0) {
      while (this.depth >= open) this.close(lt);
      return end;
    }
    if (!options.isAncestor(text.slice(lt + 2, nameEnd))) {
      this.contents[this.depth]! |= ELEMENTS;
      return end;
    }
    while (this.depth >= 0) this.close(lt);
    return lt;
  }

  private close(contentEnd: number): void {
    const { depth } = this;
    this.depth = depth - 1;
    const node = this.nodes[depth]!;
    if (node === null || node.slot < 0) return;
    const { texts } = this.options;
    const start = this.contentStarts[depth]!;
    const content = this.contents[depth]!;
    if (content === ONLY_TEXT) {
      this.put(node.slot, texts.plain(start, contentEnd));
      return;
    }
    const element = { nameEnd: this.nameEnds[depth]!, start, end: contentEnd };
    const markup = (content & ELEMENTS) === 0 ? undefined : texts.markup(element, this.scopes[depth]!);
    this.put(node.slot, markup ?? texts.mixed(start, contentEnd));
  }

  private put(slot: number, value: string): void {
    const before = this.fields[slot];
    if (before === undefined) this.fields[slot] = value;
    else if (typeof before === 'string') this.fields[slot] = [before, value];
    else before.push(value);
  }

  private isNamed(open: number, nameStart: number, nameEnd: number): boolean {
    const start = this.nameStarts[open]!;
    const end = this.nameEnds[open]!;
    return end - start === nameEnd - nameStart && this.isSameName(start, end, nameStart);
  }

  private isSameName(start: number, end: number, other: number): boolean {
    const { bytes } = this;
    let at = start;
    while (at < end && bytes[at] === bytes[other + at - start]) at += 1;
    return at === end;
  }
}
