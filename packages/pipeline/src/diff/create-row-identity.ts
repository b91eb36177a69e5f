import { hash } from 'node:crypto';
import type { CheckedRow, FieldValue, Format, IdentityBasis } from '@inlet/contracts';

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

/** The paths to request from a reader for any format. */
export const IDENTITY_PATHS: readonly string[] = [
  ...new Set(Object.values(FEED_PATHS).flatMap(({ id, link }) => [...id, ...link])),
];

/** Whether the items of a source of this format may have an id or a link. */
export const hasFeedIdentity = (format: Format): boolean => FEED_PATHS[format] !== undefined;

/** Whether a path leads to an item's id or link, whatever the format. */
export const isIdentityPath = (path: string): boolean =>
  IDENTITY_PATHS.includes(path) || /^(link\[|~feed\/(guid|link)$)/.test(path);

export interface RowIdentityOptions {
  /** Indexes of the identity columns. */
  readonly identityColumns: readonly number[];
  /** Identifies the rows without a value in an identity column. */
  readonly basis: IdentityBasis;
  readonly format: Format;
  /** The index of a path in the fields of a record; -1 if it is not read. */
  readonly pathAt: (path: string) => number;
}

export interface RowToIdentify {
  readonly row: CheckedRow;
  readonly fields: readonly FieldValue[];
  /** JSON of the values that count as the row's content. */
  readonly content: string;
}

export interface RowIdentity {
  /** The row's key: 16 characters, safe in addresses, equal for the same item in every run of a job. */
  rowKeyOf(row: RowToIdentify): string;
  /** Keys, best first, for a row whose key an earlier row of the file has. Empty if identity columns made the key. */
  fallbackKeysOf(row: RowToIdentify): readonly string[];
  /** The id and the link of an item; null if identity columns identify the row. */
  feedIdentityOf(row: RowToIdentify): FeedIdentity | null;
}

export interface FeedIdentity {
  readonly id: string | undefined;
  readonly link: string | undefined;
}

/** Reads the id and the link from the fields of a record, in a format that has them. */
export function compileFeedIdentity(
  format: Format,
  pathAt: RowIdentityOptions['pathAt'],
): (fields: readonly FieldValue[]) => FeedIdentity {
  const { readId, readLink } = compileFeedPaths(format, pathAt);
  return (fields) => ({ id: readId(fields)?.text, link: readLink(fields)?.text });
}

function compileFeedPaths(
  format: Format,
  pathAt: RowIdentityOptions['pathAt'],
): { readonly readId: ReadFirst; readonly readLink: ReadFirst } {
  const { id, link } = FEED_PATHS[format] ?? { id: [], link: [] };
  const at = (path: string) => ({ path, at: pathAt(path) });
  return { readId: compileFirst(id.map(at)), readLink: compileFirst(link.map(at)) };
}

interface PathText {
  readonly path: string;
  readonly text: string;
}

/**
 * Identifies a row across runs: by the identity columns if the row has a value in one of them, else by the basis. A
 * row without the id or link that the basis asks for is identified by the other one, else by its content.
 */
export function createRowIdentity({
  identityColumns,
  basis,
  format,
  pathAt,
}: RowIdentityOptions): RowIdentity {
  const { readId, readLink } = compileFeedPaths(format, pathAt);

  const columnsKeyOf = ({ row }: RowToIdentify): string | undefined => {
    if (identityColumns.length === 0) return undefined;
    const cells = identityColumns.map((column) => row.cells[column] ?? null);
    return cells.some((cell) => cell !== null) ? keyOf('columns', JSON.stringify(cells)) : undefined;
  };
  const pairKeyOf = ({ fields }: RowToIdentify): string | undefined => {
    const [id, link] = [readId(fields)?.text, readLink(fields)?.text];
    return id === undefined && link === undefined
      ? undefined
      : keyOf('id+link', JSON.stringify([id ?? null, link ?? null]));
  };
  const basisKeyOf = (row: RowToIdentify): string | undefined => {
    if (basis === 'content') return undefined;
    if (basis === 'id_and_link') return pairKeyOf(row);
    const first = basis === 'id' ? (readId(row.fields) ?? readLink(row.fields)) : readLink(row.fields);
    return first ? keyOf(first.path, first.text) : pairKeyOf(row);
  };
  const contentKeyOf = ({ content }: RowToIdentify): string => keyOf('content', content);

  return {
    rowKeyOf: (row) => columnsKeyOf(row) ?? basisKeyOf(row) ?? contentKeyOf(row),
    fallbackKeysOf(row) {
      if (columnsKeyOf(row) !== undefined || basis === 'content') return [];
      const pairKey = basis === 'id_and_link' ? undefined : pairKeyOf(row);
      return pairKey === undefined ? [contentKeyOf(row)] : [pairKey, contentKeyOf(row)];
    },
    feedIdentityOf(row) {
      if (columnsKeyOf(row) !== undefined) return null;
      return { id: readId(row.fields)?.text, link: readLink(row.fields)?.text };
    },
  };
}

/** Digest of a row's delivered values, one byte per character. A string, because a buffer costs more than the digest. */
export const contentDigest = (content: string): string => hash('sha1', content, 'latin1');

const ROW_KEY_LENGTH = 16;

const keyOf = (kind: string, text: string): string =>
  hash('sha256', `${kind}\u0000${text}`, 'base64url').slice(0, ROW_KEY_LENGTH);

type ReadFirst = (fields: readonly FieldValue[]) => PathText | undefined;

function compileFirst(paths: readonly { readonly path: string; readonly at: number }[]): ReadFirst {
  return (fields) => {
    for (const { path, at } of paths) {
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
