import type { Format } from '@inlet/contracts';
import { escapeKey } from '../paths.js';
import { isInside, isListLike, isStructured, preferInnerList } from './record-lists.js';
import type { Survey, SurveyNode } from './survey.js';

export interface RecordCandidate {
  readonly path: string;
  readonly node: SurveyNode | null;
  readonly count: number;
}

/** Record paths of the feed formats; the first is proposed even for a feed without items. */
const FEED_RECORD_PATHS: Readonly<Partial<Record<Format, readonly string[]>>> = {
  rss: ['/rss/channel/item', '/rss/item'],
  rdf: ['/rdf:RDF/item', '/rdf:RDF/channel/item'],
  atom: ['/feed/entry', '/entry'],
};
/** Record paths of known XML documents by the name of their root. */
const XML_RECORD_PATHS: Readonly<Record<string, readonly string[]>> = {
  urlset: ['/urlset/url'],
  sitemapindex: ['/sitemapindex/sitemap'],
};
const MOST_CANDIDATES = 10;

/**
 * Record paths that also find records inside another element: one whose end tag is missing, or one that the format does
 * not know, such as `items`.
 */
const REPAIRED_PATHS = ['/rss/channel/item', '/feed/entry'];

export const isRepairedPath = (recordPath: string): boolean => REPAIRED_PATHS.includes(recordPath);

/** The repaired record path of a feed format. */
export const repairedPathOf = (format: Format): string | undefined =>
  FEED_RECORD_PATHS[format]?.find(isRepairedPath);

export const isFeedFormat = (format: Format): boolean => FEED_RECORD_PATHS[format] !== undefined;

/** Whether the records at a path are the items of a feed. */
export const isFeedRecord = (format: Format, recordPath: string): boolean =>
  FEED_RECORD_PATHS[format]?.includes(recordPath) ?? false;

export function pathOf(node: SurveyNode): string {
  const names: string[] = [];
  for (let at: SurveyNode | null = node; at !== null; at = at.parent) names.unshift(escapeKey(at.name));
  return `/${names.join('/')}`;
}

/** Every node of a survey, parents before their children. */
function* nodesOf(nodes: Iterable<SurveyNode>): Generator<SurveyNode, void, undefined> {
  for (const node of nodes) {
    yield node;
    yield* nodesOf(node.children.values());
  }
}

export function findNode(survey: Survey, path: string): SurveyNode | null {
  for (const node of nodesOf(survey.roots)) if (pathOf(node) === path) return node;
  return null;
}

/**
 * Proposes which element is the record, best first: the one of a known format if it has any, then repeating elements by
 * their share of the file, an inner list that holds most of the values before the elements around it; then elements
 * that look like the only member of a list. [] if there is none of these.
 */
export function proposeRecordPaths(survey: Survey, format: Format): RecordCandidate[] {
  const rootName = survey.roots[0]?.name ?? '';
  const knownPaths = FEED_RECORD_PATHS[format] ?? (format === 'xml' ? XML_RECORD_PATHS[rootName] : undefined);
  const known = (knownPaths ?? []).map((path) => {
    const node = findNode(survey, path);
    return { path, node, count: node?.count ?? 0 };
  });
  const best = known.reduce<RecordCandidate | undefined>(
    (first, other) => (first === undefined || other.count > first.count ? other : first),
    undefined,
  );
  const nodes = [...nodesOf(survey.roots)];
  const repeating = nodes.filter((node) => node.mostInParent > 1).sort((a, b) => b.bytes - a.bytes);
  const single = nodes.filter(
    (node) =>
      node.mostInParent === 1 && isListLike(node) && !repeating.some((other) => isInside(other, node)),
  );
  const isEmpty = best === undefined || best.count === 0;
  const alike = isEmpty ? nodes.filter((node) => isNamedAlike(node, knownPaths ?? [])) : [];
  const ordered = [...alike, ...preferInnerList(repeating), ...(isEmpty ? single : [])];
  const others = [...new Set(ordered)]
    .slice(0, MOST_CANDIDATES)
    .map((node) => ({ path: pathOf(node), node, count: node.count }))
    .filter(({ path }) => path !== best?.path);
  if (best === undefined) return others;
  const misplaced = isEmpty ? others.filter(({ node }) => isMisplacedRecord(node, knownPaths ?? [])) : [];
  return [...misplaced, best, ...others.filter((other) => !misplaced.includes(other))];
}

/** Whether a node of a known format without records looks like its records in another place. */
function isMisplacedRecord(node: SurveyNode, knownPaths: readonly string[]): boolean {
  return isNamedAlike(node, knownPaths) || (isStructured(node) && node.mostInParent > 1);
}

/** Whether a node has elements and is called like the records at one of the paths. */
const isNamedAlike = (node: SurveyNode, paths: readonly string[]): boolean =>
  node.children.size > 0 && paths.some((path) => path.endsWith(`/${node.name}`));

/** The path of the nearest other candidate around one. */
export function parentPathOf(
  { node }: RecordCandidate,
  candidates: readonly RecordCandidate[],
): string | undefined {
  for (let around = node?.parent ?? null; around !== null; around = around.parent) {
    const path = pathOf(around);
    if (candidates.some((other) => other.path === path)) return path;
  }
  return undefined;
}
