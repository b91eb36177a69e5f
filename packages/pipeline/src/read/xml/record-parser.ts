import { isUtf8 } from 'node:buffer';
import { InletError } from '@inlet/contracts/errors';
import { append, type OpenField } from '../field-values.js';
import { BaseStack, resolveAddress } from './base-address.js';
import { comparedValue } from './condition.js';
import { ConditionalSteps } from './conditional-steps.js';
import { scopeInside, specialAttribute } from './element-scope.js';
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
import { findStep, type PathNode, type StepTables, type WantedPaths } from './wanted-paths.js';
import type { XmlFault } from './xml-faults.js';

export interface RecordParserOptions {
  readonly wanted: WantedPaths;
  readonly tables: StepTables;
  readonly texts: TextReader;
  readonly maxDepth: number;
  /** Called for markup that is not well-formed, with its offset in the window. */
  readonly onFault: (fault: XmlFault, at: number) => void;
  /** Whether an element around the records has this raw name; its end tag ends a record without an end tag. */
  readonly isAncestor: (rawName: string) => boolean;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** Field values while they are filled. */
export type Slots = OpenField[];

export interface RecordStart {
  /** Offsets of the name in the window. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** With the declarations of the record's own tag. */
  readonly scope: NamespaceScope;
  /** How many elements enclose the record. */
  readonly depth: number;
  /** The requested values of the record. */
  readonly wanted: PathNode;
  /** Filled with them. */
  readonly fields: Slots;
  /** The base of relative addresses in the record, for an `xml:base` inside it. */
  readonly baseUrl: string | undefined;
}

const ATOM_03 = 'http://purl.org/atom/ns#';
const BASE64_MODE = /\smode\s*=\s*["']base64["']/;

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
  private recordScope: NamespaceScope | undefined;
  private isAtom03 = false;

  // The open elements inside the record, one entry each; the record itself is 0.
  private readonly nameStarts: number[] = [];
  private readonly nameEnds: number[] = [];
  private readonly contentStarts: number[] = [];
  private readonly nodes: (PathNode | null)[] = [];
  private readonly scopes: NamespaceScope[] = [];
  private readonly contents: number[] = [];
  private depth = -1;
  /** Slots with a value over the limit in the last record, which have no value instead. */
  oversized: number[] | undefined;

  private readonly conditional: ConditionalSteps;
  private readonly bases = new BaseStack();
  private baseUrl: string | undefined;
  private ownBases: Map<number, string> | undefined;
  /** Slots that begin with a `text/html` value in this record. */
  private readonly htmlSlots = new Set<number>();

  constructor(options: RecordParserOptions) {
    this.options = options;
    this.conditional = new ConditionalSteps(options.wanted.count + 1);
  }

  /** The bases of fields inside an element of the last record with `xml:base`. */
  get fieldBaseUrls(): ReadonlyMap<number, string> | undefined {
    return this.ownBases;
  }

  /** The slots of a step for an element that satisfies several paths; undefined for a single slot. */
  slotsOf(slot: number): readonly number[] | undefined {
    return this.conditional.slotsOf(slot);
  }

  setWindow(bytes: Buffer, text: string): void {
    this.bytes = bytes;
    this.text = text;
    this.tags.setWindow(bytes, text);
  }

  /** Fills `start.fields`; returns the offset after the record, or INCOMPLETE. */
  parse(start: RecordStart): number {
    const { nameStart, nameEnd, scope, wanted } = start;
    this.fields = start.fields;
    this.baseUrl = start.baseUrl;
    this.ownBases = undefined;
    this.htmlSlots.clear();
    this.bases.closeBelow(-1);
    if (scope !== this.recordScope) this.isAtom03 = scope.uris.includes(ATOM_03);
    this.recordScope = scope;
    this.maxDepth = this.options.maxDepth - start.depth;
    this.depth = -1;
    this.oversized = undefined;
    this.options.texts.takeTooLarge();
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
    const found =
      parent === null
        ? null
        : findStep(this.options.tables.tableOf(parent, scope), bytes, nameStart, nameEnd);
    const node =
      found === null || found.variants.length === 0 ? found : this.conditional.choose(found, NO_ATTRIBUTES);
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
    const found = findStep(this.options.tables.tableOf(parent, scope), this.bytes, nameStart, nameEnd);
    if (found === null) return isSelfClosing ? end : this.leafOrOpen(nameStart, nameEnd, null, scope, end);
    if (this.hasBase) this.openBase(nameEnd, scope);
    const node = found.variants.length === 0 ? found : this.chooseStep(found, nameEnd, scope);
    if (node.attributes.size > 0) this.takeAttributes(nameEnd, node, scope);
    if (!isSelfClosing) return this.leafOrOpen(nameStart, nameEnd, node, scope, end);
    this.takeEmpty(node, end);
    this.bases.closeBelow(this.depth);
    return end;
  }

  private hasDeclarations = false;
  private hasBase = false;

  /** Scans a tag to its end, and notes whether it declares namespaces or sets `xml:base`. */
  private scanTag(nameEnd: number): number {
    const { tags, text } = this;
    this.hasDeclarations = false;
    this.hasBase = false;
    tags.start(nameEnd);
    for (;;) {
      const found = tags.next();
      if (found === 'end') return tags.end;
      if (found === 'incomplete') return INCOMPLETE;
      const special = specialAttribute(text, tags.nameStart, tags.nameEnd);
      if (special === 'xmlns') this.hasDeclarations = true;
      else if (special === 'base') this.hasBase = true;
    }
  }

  /** The values of a tag's attributes by their displayed names. */
  private attributesOf(nameEnd: number, scope: NamespaceScope): Map<string, string> {
    const { tags, text, options } = this;
    const attributes = new Map<string, string>();
    tags.start(nameEnd);
    while (tags.next() === 'attribute') {
      const name = scope.attributeName(text.slice(tags.nameStart, tags.nameEnd));
      const value = options.texts.attribute(tags.valueStart, tags.valueEnd);
      attributes.set(name, comparedValue(name, value));
    }
    return attributes;
  }

  /** The step for an element whose paths have conditions. */
  chooseStep(node: PathNode, nameEnd: number, scope: NamespaceScope): PathNode {
    return this.conditional.choose(node, this.attributesOf(nameEnd, scope));
  }

  private openBase(nameEnd: number, scope: NamespaceScope): void {
    const { bases, baseUrl, depth } = this;
    const base = this.attributesOf(nameEnd, scope).get('xml:base') ?? '';
    bases.push(depth + 1, resolveAddress(base, bases.isEmpty ? baseUrl : bases.url));
  }

  private takeAttributes(nameEnd: number, node: PathNode, scope: NamespaceScope): void {
    const { tags, text } = this;
    const isHtml = node.prefersHtml && this.attributesOf(nameEnd, scope).get('type') === 'text/html';
    const { attributes } = this.options.tables.tableOf(node, scope);
    tags.start(nameEnd);
    while (tags.next() === 'attribute') {
      const slot = attributes.get(text.slice(tags.nameStart, tags.nameEnd));
      if (slot === undefined) continue;
      this.put(slot, this.options.texts.attribute(tags.valueStart, tags.valueEnd));
      if (isHtml) for (const each of this.conditional.slotsOf(slot) ?? [slot]) this.moveFirst(each);
    }
  }

  /** Moves the last value of a slot to the front, unless a `text/html` one is there. */
  private moveFirst(slot: number): void {
    if (!this.options.wanted.htmlFirst.has(slot) || this.htmlSlots.has(slot)) return;
    this.htmlSlots.add(slot);
    const values = this.fields[slot];
    if (typeof values === 'object') values.unshift(values.pop() ?? '');
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
    if (node !== null && node.slot >= 0)
      this.put(node.slot, this.decoded(this.options.texts.plain(contentStart, lt), nameEnd, contentStart));
    if (!this.bases.isEmpty) this.bases.closeBelow(this.depth);
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
    if (node !== null && node.slot >= 0) this.putContent(node.slot, depth, contentEnd);
    if (!this.bases.isEmpty) this.bases.closeBelow(depth - 1);
  }

  private putContent(slot: number, depth: number, contentEnd: number): void {
    const { texts } = this.options;
    const start = this.contentStarts[depth]!;
    const content = this.contents[depth]!;
    if (content === ONLY_TEXT) {
      this.put(slot, texts.plain(start, contentEnd));
      return;
    }
    const [nameStart, nameEnd] = [this.nameStarts[depth]!, this.nameEnds[depth]!];
    const element = { nameStart, nameEnd, start, end: contentEnd };
    const markup = (content & ELEMENTS) === 0 ? undefined : texts.markup(element, this.scopes[depth]!);
    this.put(slot, markup ?? texts.mixed(start, contentEnd));
  }

  /** The text of an element; Atom 0.3 may encode it by Base64. */
  private decoded(text: string, nameEnd: number, contentStart: number): string {
    if (!this.isAtom03 || !BASE64_MODE.test(this.text.slice(nameEnd, contentStart))) return text;
    return decodeBase64(text);
  }

  private put(slot: number, value: string): void {
    if (this.options.texts.takeTooLarge()) {
      this.oversized = [...(this.oversized ?? []), slot];
      return;
    }
    const group = this.conditional.slotsOf(slot);
    if (group === undefined) this.putOne(slot, value);
    else for (const each of group) this.putOne(each, value);
  }

  private putOne(slot: number, value: string): void {
    const base = this.bases.isEmpty ? undefined : this.bases.url;
    if (base !== undefined) {
      this.ownBases ??= new Map();
      this.ownBases.set(slot, base);
    }
    this.fields[slot] = append(this.fields[slot], value);
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

/** Keeps a text that is not Base64 of UTF-8. */
function decodeBase64(text: string): string {
  const digits = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return text;
  const decoded = Buffer.from(digits, 'base64');
  return isUtf8(decoded) ? decoded.toString() : text;
}
