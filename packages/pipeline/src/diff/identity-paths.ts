import type { FieldValue, Format, IdentityBasis, IdentityPaths } from '@inlet/contracts';

/** Paths that may lead to the id or the link of a record, best first. */
export interface IdentityCandidates {
  readonly ids: readonly string[];
  readonly link: string | null;
}

/** A basis with the paths that it reads; null stands for the agreed paths of a feed. */
export interface DecidedIdentity {
  readonly basis: IdentityBasis;
  readonly paths: IdentityPaths | null;
}

interface FeedPaths {
  readonly id: readonly string[];
  readonly link: readonly string[];
}

/** Paths of an item's own id and of its link in each format, best first. Other formats have no agreed path. */
const FEED_PATHS: Partial<Record<Format, FeedPaths>> = {
  rss: { id: ['guid', 'g:id', '@rdf:about'], link: ['link'] },
  rdf: { id: ['@rdf:about', 'guid'], link: ['link'] },
  atom: { id: ['id', 'g:id'], link: ['link/@href'] },
  json_feed: { id: ['id'], link: ['url'] },
};

/** The agreed paths of all formats. */
const FEED_IDENTITY_PATHS: readonly string[] = [
  ...new Set(Object.values(FEED_PATHS).flatMap(({ id, link }) => [...id, ...link])),
];

/** Whether the items of a source of this format may have an id or a link. */
export const hasFeedIdentity = (format: Format): boolean => FEED_PATHS[format] !== undefined;

/** The paths to request from a reader: the candidates, else those that are decided, else the agreed ones of all formats. */
export function identityPaths(
  decided: DecidedIdentity | null,
  candidates: IdentityCandidates | null,
): readonly string[] {
  if (decided === null && candidates !== null)
    return [...candidates.ids, ...(candidates.link === null ? [] : [candidates.link])];
  const paths = decided?.paths ?? null;
  if (paths === null) return decided?.basis === 'content' ? [] : FEED_IDENTITY_PATHS;
  return [paths.id, paths.link].filter((path) => path !== null);
}

/** Whether a path leads to an item's id or link: to one of the paths of its identity, or an agreed one of any format. */
export const isIdentityPath = (path: string, paths: IdentityPaths | null): boolean =>
  path === paths?.id ||
  path === paths?.link ||
  FEED_IDENTITY_PATHS.includes(path) ||
  /^(link\[|~feed\/(guid|link)$)/.test(path);

export const listOf = (path: string | null): readonly string[] => (path === null ? [] : [path]);

/** The given paths, else those that the format has agreed on. */
export const agreedOrOwnPaths = (format: Format, paths: IdentityPaths | null): FeedPaths =>
  paths === null
    ? (FEED_PATHS[format] ?? { id: [], link: [] })
    : { id: listOf(paths.id), link: listOf(paths.link) };

/** The index of a path in the fields of a record; -1 if it is not read. */
export type PathAt = (path: string) => number;

interface PathText {
  readonly path: string;
  readonly text: string;
}

type ReadFirst = (fields: readonly FieldValue[]) => PathText | undefined;

/** Reads the first text that a record has at one of the paths. */
export function compileFirst(paths: readonly string[], pathAt: PathAt): ReadFirst {
  const places = paths.map((path) => ({ path, at: pathAt(path) }));
  return (fields) => {
    for (const { path, at } of places) {
      const text = firstText(fields[at]);
      if (text !== undefined) return { path, text };
    }
    return undefined;
  };
}

function firstText(value: FieldValue): string | undefined {
  const text = (typeof value === 'string' ? value : value?.[0])?.trim();
  return text === '' ? undefined : text;
}
