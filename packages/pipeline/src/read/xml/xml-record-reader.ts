import { isAscii } from 'node:buffer';
import { createSourceWarning, type RawRecord, type SourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { parseUrl } from '@inlet/contracts/web-address';
import { warnOfControls } from '../control-characters.js';
import type { EnclosingLevels } from '../enclosing-levels.js';
import { warnOnce } from '../read-facts.js';
import type { ReadLimits } from '../types.js';
import { BaseStack, resolveAddress } from './base-address.js';
import { readEntities } from './doctype.js';
import { scopeAroundRoot, scopeInside, specialAttribute } from './element-scope.js';
import { ElementSkip } from './element-skip.js';
import { EnclosingReader, type OuterStep } from './enclosing-reader.js';
import type { CutRecord } from './feed-fields.js';
import { LineCounter } from './line-counter.js';
import {
  BANG,
  endOfMarkup,
  endOfName,
  INCOMPLETE,
  isDoctype,
  isNameStart,
  QUESTION,
  SLASH,
  TagScanner,
} from './markup.js';
import type { NamespaceScope } from './namespace-scope.js';
import { isFeedLink, nextPageOf } from './next-page-link.js';
import { isRepairedPath } from './record-boundary.js';
import { RecordParser, type Slots } from './record-parser.js';
import type { DocumentEntities } from './references.js';
import { TextReader } from './text-reader.js';
import { StepTables, segmentsOf, type WantedPaths } from './wanted-paths.js';
import type { XmlWarningCode } from './xml-faults.js';

export interface XmlRecordReaderOptions {
  readonly recordPath: string;
  readonly wanted: WantedPaths;
  /** Prefix to URI, from the outline. */
  readonly namespaces?: Readonly<Record<string, string>> | undefined;
  /** Receives the values above the records. */
  readonly levels: EnclosingLevels;
  readonly limits: ReadLimits;
  readonly warnings: SourceWarning[];
  /** The address of the source. */
  readonly baseUrl?: string | undefined;
  /** Called with the address of the next page if the feed names one. */
  readonly onNextPage?: ((link: string) => void) | undefined;
  /** Called with each record. Its values above the record may still be missing; see `EnclosingLevels`. */
  readonly onRecord: (fields: Slots, details: RecordDetails) => void;
}

export type RecordDetails = Pick<RawRecord, 'baseUrl' | 'fieldBaseUrls' | 'oversized' | 'isTooLarge'>;

interface OpenElement {
  readonly raw: string;
  readonly scope: NamespaceScope;
  /** Whether it and all enclosing elements are on the record path. */
  readonly isOnPath: boolean;
  /** What is requested inside it, other than records. */
  readonly step: OuterStep | null;
}

/** Record paths that exist even in a document without records. */
const KNOWN_LISTS = new Set(['/rss/channel/item', '/feed/entry', '/rdf:RDF/item', '/urlset/url']);

/**
 * Finds and parses the records of a document in consecutive windows of UTF-8 bytes. Of elements outside the records it
 * tracks only names and namespaces.
 */
export class XmlRecordReader {
  private readonly options: XmlRecordReaderOptions;
  private readonly path: readonly string[];
  private readonly tags = new TagScanner();
  private readonly lines = new LineCounter();
  private readonly texts: TextReader;
  private readonly records: RecordParser;
  private readonly enclosing: EnclosingReader;
  private readonly blank: Slots;
  private readonly open: OpenElement[] = [];
  private bytes: Buffer = Buffer.alloc(0);
  private text = '';
  private hasSeenElement = false;
  private hasSeenRecord = false;
  private hasSeenRoot = false;
  private isInRecord = false;
  private count = 0;
  /** Whether the last tag ended the root element, in other letter case than it began. */
  private hasSeenRootEnd = false;
  private isCut = false;
  /** Offset of the window in the source. */
  private offset = 0;
  private isLast = false;
  /** Skips the rest of a record that is too large, which begins at `skippedAt` in the source. */
  private skip: ElementSkip | undefined;
  private skippedAt = 0;
  // Position and namespaces of the last record.
  private recordStart = 0;
  private recordEnd = 0;
  private recordScope: NamespaceScope | undefined;
  private entities: DocumentEntities | undefined;
  private readonly bases = new BaseStack();
  /** The link of an RSS channel, the base of relative addresses in its items. */
  private channelLink: string | undefined;

  constructor(options: XmlRecordReaderOptions) {
    const { wanted, limits, levels } = options;
    const tables = new StepTables();
    this.options = options;
    this.path = segmentsOf(options.recordPath);
    this.blank = new Array<undefined>(wanted.count).fill(undefined);
    this.texts = new TextReader({
      maxFieldChars: limits.maxFieldChars,
      onBareAmpersand: (at) => this.warn('xml_bare_ampersand', at),
      onControls: () => warnOfControls(options),
    });
    this.records = new RecordParser({
      wanted,
      tables,
      texts: this.texts,
      maxDepth: limits.maxDepth,
      onFault: (fault, at) => this.warn(fault, at),
      isAncestor: (raw) => this.open.some((element) => element.raw === raw),
    });
    this.enclosing = new EnclosingReader({
      enclosing: wanted.enclosing,
      levels,
      tables,
      tags: this.tags,
      texts: this.texts,
      parser: this.records,
      recordName: this.path.at(-1) ?? '',
    });
  }

  /** Whether the source ended before its root element did. Known after the last window. */
  get isIncomplete(): boolean {
    return this.isCut;
  }

  /**
   * Reads the complete tags and records of a window and returns their length in bytes. The next window must begin
   * with the rest. `isLast` marks the last window.
   */
  read(window: Buffer, isLast: boolean): number {
    this.setWindow(window, isLast);
    let at = this.skipOn(0);
    while (this.skip === undefined) {
      const lt = this.text.indexOf('<', at);
      at = lt < 0 ? window.length : lt;
      if (lt < 0) break;
      this.isInRecord = false;
      const next = this.readMarkup(lt);
      if (next === INCOMPLETE && window.length - lt <= this.options.limits.maxRecordBytes) break;
      at = next === INCOMPLETE ? this.beginSkip(lt) : next;
    }
    if (isLast) this.checkEnd(at);
    this.lines.advance(window, this.text, at);
    this.offset += at;
    return at;
  }

  private checkEnd(at: number): void {
    const isInMarkup = at < this.bytes.length || this.skip !== undefined;
    const isRootOpen = this.open.length > 0 && !this.hasSeenRootEnd;
    this.isCut = isRootOpen || (isInMarkup && this.isInRecord);
    if (isRootOpen || isInMarkup) this.warn('xml_truncated', this.bytes.length);
  }

  /** Cuts out the markup of the last record. Call it during `onRecord` only. */
  cutRecord(): CutRecord {
    const { recordStart, recordEnd, recordScope, count } = this;
    if (recordScope === undefined) throw new Error('no record was read yet');
    const markup = this.bytes.toString('utf8', recordStart, recordEnd);
    return { markup, scope: recordScope, record: count, entities: this.entities };
  }

  /** Call it after the last window. Throws if the source has no element with the record path. */
  finish(): void {
    if (!this.hasSeenElement)
      throw new InletError('source_malformed', {
        detail: 'There is no XML element in the file.',
        extra: { line: 1, column: 1 },
      });
    const { recordPath } = this.options;
    const isEmptyList = this.hasSeenRoot && KNOWN_LISTS.has(recordPath);
    if (!this.hasSeenRecord && !isEmptyList)
      throw new InletError('source_record_path_unknown', {
        detail: `There is no ${recordPath} in the file.`,
      });
  }

  private setWindow(window: Buffer, isLast: boolean): void {
    this.bytes = window;
    this.isLast = isLast;
    this.text = window.toString('latin1');
    this.tags.setWindow(window, this.text);
    this.texts.setWindow(window, this.text, isAscii(window));
    this.records.setWindow(window, this.text);
    this.enclosing.setWindow({ bytes: window, text: this.text, isLast, offset: this.offset });
  }

  /** Reads the tag, record, comment or other markup at an offset. */
  private readMarkup(lt: number): number {
    const next = this.bytes[lt + 1];
    if (next === undefined) return INCOMPLETE;
    if (next === SLASH) return this.endTag(lt);
    if (next === QUESTION) return endOfMarkup(this.text, lt);
    if (next === BANG) return this.skipDeclaration(lt);
    if (isNameStart(next)) return this.startTag(lt + 1);
    this.warn('xml_stray_markup', lt);
    return lt + 1;
  }

  /** Skips a comment, a CDATA section or a declaration. Keeps the entities of the document's DOCTYPE. */
  private skipDeclaration(lt: number): number {
    const end = endOfMarkup(this.text, lt);
    if (end >= 0 && !this.hasSeenElement && isDoctype(this.text, lt)) {
      this.entities = readEntities(this.bytes.toString('utf8', lt, end));
      this.texts.setEntities(this.entities);
    }
    return end;
  }

  private startTag(nameStart: number): number {
    const { bytes, text, tags, open } = this;
    const nameEnd = endOfName(bytes, nameStart);
    const end = nameEnd < 0 ? INCOMPLETE : this.scanTag(nameEnd);
    if (end < 0) {
      this.isInRecord = this.isNamedAsRecord(nameStart, nameEnd);
      return INCOMPLETE;
    }
    const { isSelfClosing } = tags;
    if (tags.isOdd) this.warn('xml_stray_markup', nameStart - 1);
    if (open.length >= this.path.length) this.closeUnclosed(nameStart, nameEnd);
    const parent = open.at(-1);
    const given = this.options.namespaces;
    const outer = parent?.scope ?? scopeAroundRoot({ text, tags, nameStart, nameEnd, given });
    const scope = this.hasDeclarations ? scopeInside({ text, tags, nameEnd, scope: outer }) : outer;
    const raw = text.slice(nameStart, nameEnd);
    const depth = open.length;
    const isOnPath = (parent?.isOnPath ?? true) && scope.elementName(raw) === this.path[depth];
    this.hasSeenElement = true;
    this.hasSeenRootEnd = false;
    const isRecord = isOnPath && depth === this.path.length - 1;
    const { hasBase } = this;
    if (isRecord) {
      if (hasBase) this.openBase(nameEnd);
      const after = this.readRecord(nameStart, nameEnd, scope);
      this.bases.closeBelow(open.length - 1);
      return after;
    }
    if (isOnPath && parent === undefined) this.hasSeenRoot = true;
    if (isFeedLink(raw, open)) this.noteNextPage(nameStart, end);
    if (isOnPath) this.options.levels.enter(depth);
    const tag = {
      nameStart,
      nameEnd,
      end,
      isSelfClosing,
      scope,
      depth,
      isOnPath,
      parent: parent?.step ?? null,
    };
    if (!isSelfClosing && depth === 2 && this.channelLink === undefined && scope.elementName(raw) === 'link')
      if (!this.takeChannelLink(scope, end)) return INCOMPLETE;
    const step = this.enclosing.stepOf(tag);
    const after = step === null ? end : this.enclosing.take(tag, step);
    if (after !== end || isSelfClosing) return after;
    if (hasBase) this.openBase(nameEnd);
    if (depth >= this.options.limits.maxDepth) throw new InletError('source_too_deep');
    open.push({ raw: copyOf(raw), scope, isOnPath, step });
    return end;
  }

  /** Whether a tag that the window cuts off begins a record, as far as its name tells. */
  private isNamedAsRecord(nameStart: number, nameEnd: number): boolean {
    const { open, path, text } = this;
    const parent = open.at(-1);
    if (nameEnd < 0 || parent?.isOnPath !== true || open.length !== path.length - 1) return false;
    return parent.scope.elementName(text.slice(nameStart, nameEnd)) === path.at(-1);
  }

  /** An item of a feed closes the elements before it whose end tags are missing. */
  private closeUnclosed(nameStart: number, nameEnd: number): void {
    const { open, path, options } = this;
    const parents = path.length - 1;
    const name = open.at(-1)?.scope.elementName(this.text.slice(nameStart, nameEnd));
    if (name !== path[parents] || open[parents - 1]?.isOnPath !== true) return;
    if (!isRepairedPath(options.recordPath)) return;
    this.warn('xml_mismatched_tag', nameStart - 1);
    open.length = parents;
    this.bases.closeBelow(parents - 1);
    options.levels.leave(parents);
  }

  private noteNextPage(nameStart: number, end: number): void {
    const { bytes, bases, open, options } = this;
    const link = nextPageOf(bytes.toString('utf8', nameStart, end));
    if (link === undefined) return;
    if (this.hasBase) this.openBase(endOfName(bytes, nameStart));
    const base = bases.url;
    options.onNextPage?.(base === undefined ? link : (parseUrl(link, base)?.href ?? link));
    bases.closeBelow(open.length - 1);
  }

  /** False if the window cuts the text off. */
  private takeChannelLink(scope: NamespaceScope, contentStart: number): boolean {
    const { text, options, open } = this;
    const channel = open[1];
    if (channel === undefined || scope.elementName(channel.raw) !== 'channel') return true;
    const end = text.indexOf('</', contentStart);
    if (end < 0) return false;
    const link = this.texts.mixed(contentStart, end);
    if (link !== '') this.channelLink = resolveAddress(link, this.bases.url ?? options.baseUrl);
    return true;
  }

  private openBase(nameEnd: number): void {
    const { tags, bases, open, options, channelLink } = this;
    tags.start(nameEnd);
    while (tags.next() === 'attribute') {
      if (specialAttribute(this.text, tags.nameStart, tags.nameEnd) !== 'base') continue;
      const base = this.texts.attribute(tags.valueStart, tags.valueEnd);
      const outer = bases.isEmpty ? (channelLink ?? options.baseUrl) : bases.url;
      bases.push(open.length, resolveAddress(base, outer));
    }
  }

  private hasDeclarations = false;
  private hasBase = false;

  private scanTag(nameEnd: number): number {
    const { tags } = this;
    this.hasDeclarations = false;
    this.hasBase = false;
    tags.start(nameEnd);
    for (;;) {
      const found = tags.next();
      if (found === 'end') return tags.end;
      if (found === 'incomplete') return INCOMPLETE;
      const special = specialAttribute(this.text, tags.nameStart, tags.nameEnd);
      if (special === 'xmlns') this.hasDeclarations = true;
      else if (special === 'base') this.hasBase = true;
    }
  }

  private readRecord(nameStart: number, nameEnd: number, scope: NamespaceScope): number {
    const { levels, wanted, limits, onRecord } = this.options;
    this.hasSeenRecord = true;
    this.isInRecord = true;
    if (this.count >= limits.maxRecords)
      throw new InletError('source_too_large', { detail: `The limit is ${limits.maxRecords} records.` });
    const fields = this.blank.slice();
    const baseUrl = this.bases.isEmpty ? this.channelLink : this.bases.url;
    const outerUrl = baseUrl ?? this.options.baseUrl;
    const { length: depth } = this.open;
    const start = { nameStart, nameEnd, scope, depth, wanted: wanted.record, fields, baseUrl: outerUrl };
    const end = this.records.parse(start);
    if (end < 0) return INCOMPLETE;
    if (end - nameStart >= limits.maxRecordBytes) {
      this.addTooLarge(this.offset + nameStart);
      return end;
    }
    if (wanted.permalink !== null) takePermalink(fields, wanted.permalink);
    for (const [copy, first] of wanted.copies) fields[copy] = fields[first];
    this.count += 1;
    this.recordStart = nameStart - 1;
    this.recordEnd = end;
    this.recordScope = scope;
    levels.addRecord(fields, this.offset + nameStart);
    onRecord(fields, {
      baseUrl,
      fieldBaseUrls: this.records.fieldBaseUrls,
      oversized: this.records.oversized,
    });
    return end;
  }

  private endTag(lt: number): number {
    const { bytes, open } = this;
    const nameEnd = endOfName(bytes, lt + 2);
    const end = nameEnd < 0 ? INCOMPLETE : this.scanTag(nameEnd);
    if (end < 0) return INCOMPLETE;
    const raw = this.text.slice(lt + 2, nameEnd);
    const at = open.findLastIndex((element) => element.raw === raw);
    if (at !== open.length - 1 || at < 0) this.warn('xml_mismatched_tag', lt);
    if (at < 0) {
      this.hasSeenRootEnd ||= open[0]?.raw.toLowerCase() === raw.toLowerCase();
      return end;
    }
    open.length = at;
    this.bases.closeBelow(at - 1);
    this.options.levels.leave(at);
    return end;
  }

  /** Skips the record at an offset, which is too large. No other piece of markup may be that large. */
  private beginSkip(lt: number): number {
    const { maxRecordBytes } = this.options.limits;
    if (!this.isInRecord) {
      const extra = this.lines.positionOf(this.bytes, lt);
      const detail = `A tag or comment has no end. The limit is ${maxRecordBytes} bytes.`;
      throw new InletError('source_malformed', { detail, extra });
    }
    const nameEnd = endOfName(this.bytes, lt + 1);
    const name = copyOf(this.text.slice(lt + 1, nameEnd));
    this.skip = new ElementSkip(name, (raw) => this.open.some((element) => element.raw === raw));
    this.skippedAt = this.offset + lt + 1;
    return this.skipOn(nameEnd);
  }

  /** Skips what the window contains of a record that is too large, if there is one. */
  private skipOn(from: number): number {
    const { skip, bytes, text, isLast } = this;
    if (skip === undefined) return from;
    const at = skip.skip({ bytes, text, isLast }, from);
    if (skip.isDone) {
      this.skip = undefined;
      this.addTooLarge(this.skippedAt);
    }
    return at;
  }

  private addTooLarge(at: number): void {
    const fields = this.blank.slice();
    this.count += 1;
    this.options.levels.addRecord(fields, at);
    this.options.onRecord(fields, { isTooLarge: true });
  }

  private warn(code: XmlWarningCode, at: number): void {
    const { warnings } = this.options;
    if (warnings.some((warning) => warning.code === code)) return;
    warnOnce(warnings, createSourceWarning(code, {}, this.lines.positionOf(this.bytes, at)));
  }
}

const WEB_ADDRESS = /^https?:\/\/[^\s<>"]+$/i;

/** Moves the permalink of an item without a link to its link, and drops the additional field. */
function takePermalink(fields: Slots, { link, guid }: { link: number; guid: number }): void {
  if (fields.length <= guid) return;
  const permalink = fields.pop();
  const address = typeof permalink === 'object' ? permalink[0] : permalink;
  const own = fields[link];
  if ((own === undefined || own === '') && address !== undefined && WEB_ADDRESS.test(address))
    fields[link] = address;
}

/** A slice would keep the whole window in memory while the element is open. */
function copyOf(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('latin1');
}
