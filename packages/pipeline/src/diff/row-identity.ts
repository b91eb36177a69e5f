import { hash } from 'node:crypto';
import type { CheckedRow, FieldValue, Format } from '@inlet/contracts';

/** Where each format keeps an item's own id, best first; then its link. Other formats have no agreed place. */
const FEED_IDENTITY: Partial<Record<Format, readonly string[]>> = {
  rss: ['guid', 'g:id', '@rdf:about', 'link'],
  rdf: ['@rdf:about', 'guid', 'link'],
  atom: ['id', 'g:id', 'link/@href'],
  json_feed: ['id', 'url'],
};

/** The paths to ask a reader for, whatever the format turns out to be. */
export const IDENTITY_PATHS: readonly string[] = [...new Set(Object.values(FEED_IDENTITY).flat())];

export interface RowIdentity {
  /** The row's key: 16 characters, safe in addresses, equal for the same item in every run of a job. */
  rowKeyOf(row: CheckedRow, fields: readonly FieldValue[], content: string): string;
}

/**
 * What makes a row the same row next time: the template's identity columns where it has some and the row fills
 * one of them, else the feed's own id, else the item's link, else all of its content.
 *
 * `pathAt` says where in a record's fields a path stands.
 */
export function createRowIdentity(options: {
  identityColumns: readonly number[];
  format: Format;
  pathAt: (path: string) => number;
}): RowIdentity {
  const { identityColumns, format, pathAt } = options;
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

/** Digest of a row's delivered values, one character a byte. Strings, as buffers cost more than the digest itself. */
export const contentDigest = (content: string): string => hash('sha1', content, 'latin1');

const ROW_KEY_LENGTH = 16;

const keyOf = (kind: string, text: string): string =>
  hash('sha256', `${kind}\u0000${text}`, 'base64url').slice(0, ROW_KEY_LENGTH);

function firstText(value: FieldValue): string | undefined {
  const text = (typeof value === 'string' ? value : value?.[0])?.trim();
  return text === '' ? undefined : text;
}
