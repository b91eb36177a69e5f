import { InletError } from '@inlet/contracts/errors';
import { scopeAroundRoot, scopeInside } from './element-scope.js';
import { BANG, CDATA, endOfMarkup, endOfName, isNameStart, QUESTION, SLASH, TagScanner } from './markup.js';
import type { NamespaceScope } from './namespace-scope.js';
import { segmentsOf } from './wanted-paths.js';

export interface WalkedTag {
  /** With its usual prefix. */
  readonly name: string;
  readonly scope: NamespaceScope;
  readonly start: number;
  readonly nameEnd: number;
  /** Offset after the start tag. */
  readonly contentStart: number;
}

export interface XmlVisitor {
  /** `attributes` may be called during the callback only. */
  readonly onOpen: (tag: WalkedTag, attributes: () => Iterable<WalkedAttribute>) => void;
  /** The end tag is from `contentEnd` to `end`. Not called for elements that the window cuts off. */
  readonly onClose: (tag: WalkedTag, contentEnd: number, end: number) => void;
  readonly onText?: (start: number, end: number, isCdata: boolean) => void;
}

interface WalkedAttribute {
  readonly name: string;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface WalkOptions {
  readonly bytes: Buffer;
  readonly text: string;
  readonly namespaces?: Readonly<Record<string, string>> | undefined;
  readonly maxDepth: number;
  /** Path of records that close unclosed elements before them; see `isRepairedPath`. */
  readonly repairedPath?: string | undefined;
}

/** Visits all elements of a window up to its end, as leniently as the record parser. */
export function walkXml(options: WalkOptions, visitor: XmlVisitor): void {
  new Walk(options, visitor).run();
}

class Walk {
  private readonly options: WalkOptions;
  private readonly visitor: XmlVisitor;
  private readonly tags = new TagScanner();
  private readonly open: { tag: WalkedTag; raw: string }[] = [];
  private readonly repairedPath: readonly string[];

  constructor(options: WalkOptions, visitor: XmlVisitor) {
    this.options = options;
    this.visitor = visitor;
    this.repairedPath = segmentsOf(options.repairedPath ?? '');
    this.tags.setWindow(options.bytes, options.text);
  }

  run(): void {
    const { text, bytes } = this.options;
    let textStart = 0;
    let at = 0;
    for (let lt = text.indexOf('<', at); lt >= 0; lt = text.indexOf('<', at)) {
      const next = bytes[lt + 1];
      const isMarkup = next === BANG || next === QUESTION;
      if (!isMarkup && next !== SLASH && !isNameStart(next)) {
        at = lt + 1;
        continue;
      }
      if (lt > textStart) this.visitor.onText?.(textStart, lt, false);
      const after = isMarkup ? endOfMarkup(text, lt) : next === SLASH ? this.endTag(lt) : this.startTag(lt);
      if (after < 0) return;
      if (text.startsWith(CDATA, lt)) this.visitor.onText?.(lt + CDATA.length, after - 3, true);
      at = after;
      textStart = after;
    }
  }

  private startTag(start: number): number {
    const { text, bytes, namespaces: given, maxDepth } = this.options;
    const { tags, open, visitor } = this;
    const nameStart = start + 1;
    const nameEnd = endOfName(bytes, nameStart);
    if (nameEnd < 0) return -1;
    const end = this.endOfTag(nameEnd);
    if (end < 0) return -1;
    const { isSelfClosing } = tags;
    const raw = text.slice(nameStart, nameEnd);
    this.closeUnclosed(raw, start);
    const outer = open.at(-1)?.tag.scope ?? scopeAroundRoot({ text, tags, nameStart, nameEnd, given });
    const scope = scopeInside({ text, tags, nameEnd, scope: outer });
    const tag = { name: scope.elementName(raw), scope, start, nameEnd, contentStart: end };
    visitor.onOpen(tag, () => this.attributes(tag));
    if (isSelfClosing) visitor.onClose(tag, end, end);
    else if (open.length >= maxDepth) throw new InletError('source_too_deep');
    else open.push({ tag, raw });
    return end;
  }

  private closeUnclosed(raw: string, lt: number): void {
    const { open, repairedPath } = this;
    const parents = repairedPath.length - 1;
    const inner = open[parents];
    if (parents < 1 || inner === undefined || inner.tag.name === repairedPath[parents]) return;
    if (open.at(-1)?.tag.scope.elementName(raw) !== repairedPath[parents]) return;
    if (!open.slice(0, parents).every(({ tag }, at) => tag.name === repairedPath[at])) return;
    for (let last = open.at(-1); last !== undefined && open.length > parents; last = open.at(-1)) {
      open.pop();
      this.visitor.onClose(last.tag, lt, lt);
    }
  }

  private endTag(lt: number): number {
    const nameEnd = endOfName(this.options.bytes, lt + 2);
    const end = nameEnd < 0 ? -1 : this.endOfTag(nameEnd);
    if (end < 0) return -1;
    const raw = this.options.text.slice(lt + 2, nameEnd);
    const at = this.open.findLastIndex((element) => element.raw === raw);
    if (at < 0) return end;
    for (let open = this.open.pop(); open !== undefined; open = this.open.pop()) {
      this.visitor.onClose(open.tag, lt, end);
      if (this.open.length === at) break;
    }
    return end;
  }

  private endOfTag(nameEnd: number): number {
    this.tags.start(nameEnd);
    for (;;) {
      const found = this.tags.next();
      if (found !== 'attribute') return found === 'end' ? this.tags.end : -1;
    }
  }

  private *attributes({ nameEnd, scope }: WalkedTag): Generator<WalkedAttribute, void, undefined> {
    const { tags } = this;
    tags.start(nameEnd);
    while (tags.next() === 'attribute') {
      const raw = this.options.text.slice(tags.nameStart, tags.nameEnd);
      if (raw === 'xmlns' || raw.startsWith('xmlns:')) continue;
      yield { name: scope.attributeName(raw), valueStart: tags.valueStart, valueEnd: tags.valueEnd };
    }
  }
}
