import { hash } from 'node:crypto';
import type { CheckedRow, FieldValue, Format } from '@inlet/contracts';

/** Paths of an item's own id in each format, best first, then of its link. Other formats have no agreed path. */
const FEED_IDENTITY: Partial<Record<Format, readonly string[]>> = {
  rss: ['guid', 'g:id', '@rdf:about', 'link'],
  rdf: ['@rdf:about', 'guid', 'link'],
  atom: ['id', 'g:id', 'link/@href'],
  json_feed: ['id', 'url'],
};

/** The paths to request from a reader for any format. */
export const IDENTITY_PATHS: readonly string[] = [...new Set(Object.values(FEED_IDENTITY).flat())];

export interface RowIdentityOptions {
  /** Indexes of the identity columns. */
  readonly identityColumns: readonly number[];
  readonly format: Format;
  /** The index of a path in the fields of a record; -1 if it is not read. */
  readonly pathAt: (path: string) => number;
}

export interface RowIdentity {
  /** The row's key: 16 characters, safe in addresses, equal for the same item in every run of a job. */
  rowKeyOf(row: CheckedRow, fields: readonly FieldValue[], content: string): string;
}

/**
 * Identifies a row across runs: by the template's identity columns if the row has a value in one of them, else by the
 * feed's own id, else by the item's link, else by its whole content.
 */
export function createRowIdentity({ identityColumns, format, pathAt }: RowIdentityOptions): RowIdentity {
  const feedPaths = (FEED_IDENTITY[format] ?? []).map((path) => ({ path, at: pathAt(path) }));
  return {
    rowKeyOf(row, fields, content) {
      if (identityColumns.length > 0) {
        const cells = identityColumns.map((column) => row.cells[column] ?? null);
        if (cells.some((cell) => cell !== null)) return keyOf('columns', JSON.stringify(cells));
      }
      for (const { path, at } of feedPaths) {
        const text = firstText(fields[at]);
        if (text !== undefined) return keyOf(path, text);
      }
      return keyOf('content', content);
    },
  };
}

/** Digest of a row's delivered values, one byte per character. A string, because a buffer costs more than the digest. */
export const contentDigest = (content: string): string => hash('sha1', content, 'latin1');

const ROW_KEY_LENGTH = 16;

const keyOf = (kind: string, text: string): string =>
  hash('sha256', `${kind}\u0000${text}`, 'base64url').slice(0, ROW_KEY_LENGTH);

function firstText(value: FieldValue): string | undefined {
  const text = (typeof value === 'string' ? value : value?.[0])?.trim();
  return text === '' ? undefined : text;
}
