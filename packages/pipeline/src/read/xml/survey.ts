import { comparedValue } from './condition.js';
import { isLooseHtml } from './loose-html.js';
import { isSpace } from './markup.js';
import { nameFromLatin1 } from './namespace-scope.js';
import { decodeReferences } from './references.js';
import { TellingAttributes } from './telling-attributes.js';
import { type WalkedTag, type WalkOptions, walkXml } from './walk-xml.js';

const MOST_NODES = 5000;
const MOST_ENDS = 10;

/** Facts about all elements with the same path. */
export interface SurveyNode {
  readonly name: string;
  /** The raw name of the first of them. */
  readonly rawName: string;
  readonly parent: SurveyNode | null;
  readonly children: Map<string, SurveyNode>;
  /** In the order of the source. */
  readonly attributes: Set<string>;
  readonly telling: TellingAttributes;
  count: number;
  /** The most of them in one parent. */
  mostInParent: number;
  /** Bytes of all of them, from start tag to end tag. */
  bytes: number;
  hasText: boolean;
  readonly firstStart: number;
  /** Offsets after the first ten complete ones, and after the last. */
  readonly firstEnds: number[];
  lastEnd: number;
}

export interface Survey {
  readonly roots: readonly SurveyNode[];
  /** Prefix to URI, for namespaces without a usual prefix. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** The default namespace of the root, whose elements are shown without a prefix. */
  readonly rootNamespace: string | undefined;
  /** Namespace URIs that the root declares. */
  readonly declared: readonly string[];
}

interface Frame {
  /** Null inside XHTML, which is one value, and beyond the maximum of different elements. */
  readonly node: SurveyNode | null;
  readonly childCounts: Map<SurveyNode, number>;
  readonly holdsXhtml: boolean;
}

const XHTML_TYPE = /^(xhtml|application\/xhtml\+xml)$/;

/** Surveys the beginning of a document: its elements, their positions and numbers. */
export function surveyXml(options: WalkOptions): Survey {
  const { text, bytes } = options;
  const roots = new Map<string, SurveyNode>();
  const frames: Frame[] = [];
  let nodes = 0;
  let rootTag: WalkedTag | undefined;

  const nodeOf = (tag: WalkedTag, parent: SurveyNode | null): SurveyNode | null => {
    const siblings = parent === null ? roots : parent.children;
    const known = siblings.get(tag.name);
    if (known !== undefined) return known;
    if (nodes >= MOST_NODES) return null;
    nodes += 1;
    const node: SurveyNode = {
      name: tag.name,
      rawName: text.slice(tag.start + 1, tag.nameEnd),
      parent,
      children: new Map(),
      attributes: new Set(),
      telling: new TellingAttributes(),
      count: 0,
      mostInParent: 0,
      bytes: 0,
      hasText: false,
      firstStart: tag.start,
      firstEnds: [],
      lastEnd: -1,
    };
    siblings.set(tag.name, node);
    return node;
  };

  const enter = (tag: WalkedTag): SurveyNode | null => {
    const frame = frames.at(-1);
    if (frame === undefined) return nodeOf(tag, null);
    if (frame.node === null) return null;
    const rawName = text.slice(tag.start + 1, tag.nameEnd);
    const isMarkup =
      frame.holdsXhtml || tag.name.startsWith('xhtml:') || isLooseHtml(frame.node.rawName, rawName);
    if (!isMarkup) return nodeOf(tag, frame.node);
    frame.node.hasText = true;
    return null;
  };

  walkXml(options, {
    onOpen: (tag, attributes) => {
      rootTag ??= tag;
      const node = enter(tag);
      let holdsXhtml = false;
      if (node !== null) {
        node.count += 1;
        const siblings = frames.at(-1)?.childCounts;
        const inParent = (siblings?.get(node) ?? 0) + 1;
        siblings?.set(node, inParent);
        node.mostInParent = Math.max(node.mostInParent, inParent);
        node.telling.startElement(inParent === 1);
        for (const { name, valueStart, valueEnd } of attributes()) {
          if (node.attributes.size < 100) node.attributes.add(name);
          const raw = text.slice(valueStart, valueEnd);
          node.telling.add(name, () => comparedValue(name, decodeReferences(nameFromLatin1(raw))));
          if (name === 'type' && XHTML_TYPE.test(raw)) holdsXhtml = true;
        }
      }
      frames.push({ node, childCounts: new Map(), holdsXhtml });
    },
    onClose: (tag, _contentEnd, end) => {
      const node = frames.pop()?.node;
      if (node === null || node === undefined) return;
      node.bytes += end - tag.start;
      node.lastEnd = end;
      if (node.firstEnds.length < MOST_ENDS) node.firstEnds.push(end);
    },
    onText: (start, end, isCdata) => {
      const node = frames.at(-1)?.node;
      if (node === null || node === undefined || node.hasText) return;
      node.hasText = isCdata ? end > start : hasVisibleText(bytes, start, end);
    },
  });

  const rootScope = rootTag?.scope;
  const declared = rootScope?.uris ?? [];
  const isPlainRoot = rootTag !== undefined && !text.slice(rootTag.start, rootTag.nameEnd).includes(':');
  return {
    roots: [...roots.values()],
    namespaces: rootScope?.names.unusual ?? {},
    declared,
    rootNamespace: isPlainRoot ? rootScope?.uriOf('') : undefined,
  };
}

function hasVisibleText(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isSpace(bytes[at])) return true;
  return false;
}

/**
 * The beginning of a document up to the end of a record, completed by the missing end tags: a small well-formed
 * document for parsers that need one.
 */
export function cutWellFormed(head: Buffer, record: SurveyNode, end: number): string {
  let closing = '';
  for (let at = record.parent; at !== null; at = at.parent) closing += `</${at.rawName}>`;
  return head.toString('utf8', 0, end) + Buffer.from(closing, 'latin1').toString();
}

/** The end of the last of the first records within `maxBytes`; the start of the first one if none ends there. */
export function endOfFirstRecords(record: SurveyNode, maxBytes: number): number {
  return record.firstEnds.findLast((end) => end <= maxBytes) ?? record.firstStart;
}
