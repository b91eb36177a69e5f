import type { Format } from '@inlet/contracts';
import type { Survey, SurveyNode } from './survey.js';
import { escapeSegment } from './wanted-paths.js';

export interface RecordCandidate {
  readonly path: string;
  readonly node: SurveyNode | null;
  readonly count: number;
}

/** Where each known kind of document keeps its records; the first is proposed even where there are none. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  rss: ['/rss/channel/item', '/rss/item'],
  rdf: ['/rdf:RDF/item', '/rdf:RDF/channel/item'],
  atom: ['/feed/entry'],
  urlset: ['/urlset/url'],
  sitemapindex: ['/sitemapindex/sitemap'],
};
const MOST_CANDIDATES = 10;

export function pathOf(node: SurveyNode): string {
  const names: string[] = [];
  for (let at: SurveyNode | null = node; at !== null; at = at.parent) names.unshift(escapeSegment(at.name));
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
 * Proposes which element is the record, best first: what the format says, then the repeating elements by how much
 * of the file they cover. Empty where nothing repeats and the format is not known.
 */
export function proposeRecordPaths(survey: Survey, format: Format): RecordCandidate[] {
  const rootName = survey.roots[0]?.name ?? '';
  const known = (KNOWN[format] ?? (format === 'xml' ? KNOWN[rootName] : undefined) ?? []).map((path) => {
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
