import { isSpace } from './markup.js';
import { type WalkedTag, type WalkOptions, walkXml } from './walk-xml.js';

const MOST_NODES = 5000;
const MOST_ENDS = 10;

/** What a survey found out about all elements with one path. */
export interface SurveyNode {
  readonly name: string;
  /** As the first of them is written. */
  readonly rawName: string;
  readonly parent: SurveyNode | null;
  readonly children: Map<string, SurveyNode>;
  /** In the order in which they turned up. */
  readonly attributes: Set<string>;
  count: number;
  /** The most of them that stand next to each other in one parent. */
  mostInParent: number;
  /** Bytes from start tag to end tag, all of them together. */
  bytes: number;
  hasText: boolean;
  readonly firstStart: number;
  /** Offsets after the first ten that are whole, and after the last. */
  readonly firstEnds: number[];
  lastEnd: number;
}

export interface Survey {
  readonly roots: readonly SurveyNode[];
  /** Prefix to URI, for namespaces that have no usual prefix. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** The namespace whose elements are shown without a prefix because the root makes it the default; undefined without. */
  readonly rootNamespace: string | undefined;
  /** Namespace URIs that the root declares. */
  readonly declared: readonly string[];
}

interface Frame {
  /** Null below XHTML, which is one value, and where there are too many different elements to keep. */
  readonly node: SurveyNode | null;
  readonly childCounts: Map<SurveyNode, number>;
  readonly holdsXhtml: boolean;
}

const XHTML_TYPE = /^(xhtml|application\/xhtml\+xml)$/;

/** Goes through the beginning of a document and notes which elements there are, where, and how often. */
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
    if (!frame.holdsXhtml && !tag.name.startsWith('xhtml:')) return nodeOf(tag, frame.node);
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
        for (const { name, valueStart, valueEnd } of attributes()) {
          if (node.attributes.size < 100) node.attributes.add(name);
          if (name === 'type' && XHTML_TYPE.test(text.slice(valueStart, valueEnd))) holdsXhtml = true;
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
      node.hasText = isCdata ? end > start : hasInk(bytes, start, end);
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

function hasInk(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isSpace(bytes[at])) return true;
  return false;
}
