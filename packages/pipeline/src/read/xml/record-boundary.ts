import type { Format } from '@inlet/contracts';
import { escapeKey } from '../paths.js';
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
  atom: ['/feed/entry'],
};
/** Record paths of known XML documents by the name of their root. */
const XML_RECORD_PATHS: Readonly<Record<string, readonly string[]>> = {
  urlset: ['/urlset/url'],
  sitemapindex: ['/sitemapindex/sitemap'],
};
const MOST_CANDIDATES = 10;

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
 * Proposes which element is the record, best first: the one of a known format, then repeating elements by their share
 * of the file. [] if nothing repeats and the format is unknown.
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
  const repeating = [...nodesOf(survey.roots)]
    .filter((node) => node.mostInParent > 1)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, MOST_CANDIDATES)
    .map((node) => ({ path: pathOf(node), node, count: node.count }))
    .filter(({ path }) => path !== best?.path);
  return best === undefined ? repeating : [best, ...repeating];
}
