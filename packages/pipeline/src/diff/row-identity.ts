import { hash } from 'node:crypto';
import type { CheckedRow, FieldValue, Format } from '@inlet/contracts';
import { IDENTITY_BYTES } from './item-state.js';

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
  /** At least 12 bytes; equal for the same item in every run of a job. */
  identify(row: CheckedRow, fields: readonly FieldValue[], content: string): Buffer;
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
    identify(row, fields, content) {
      if (identityColumns.length > 0) {
        const cells = identityColumns.map((column) => row.cells[column] ?? null);
        if (cells.some((cell) => cell !== null)) return digest('columns', JSON.stringify(cells));
      }
      for (const { path, at } of feedPaths) {
        const text = firstText(fields[at]);
        if (text !== undefined) return digest(path, text);
      }
      return digest('content', content);
    },
  };
}

/** Digest of a row's delivered values, of which the first 8 bytes are compared. */
export const contentDigest = (content: string): Buffer => hash('sha1', content, 'buffer');

/** The row's key for receivers: 16 characters that are safe in addresses. */
export const toRowKey = (identity: Buffer): string => identity.toString('base64url', 0, IDENTITY_BYTES);

export const fromRowKey = (rowKey: string): Buffer => Buffer.from(rowKey, 'base64url');

const digest = (kind: string, text: string): Buffer => hash('sha256', `${kind}\u0000${text}`, 'buffer');

function firstText(value: FieldValue): string | undefined {
  const text = (typeof value === 'string' ? value : value?.[0])?.trim();
  return text === '' ? undefined : text;
}
