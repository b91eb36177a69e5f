import { hash } from 'node:crypto';
import type { CheckedRow, FieldValue, Format, IdentityBasis } from '@inlet/contracts';
import { agreedOrOwnPaths, compileFirst, type DecidedIdentity, type PathAt } from './identity-paths.js';

export interface RowIdentityOptions extends DecidedIdentity {
  /** Indexes of the identity columns. */
  readonly identityColumns: readonly number[];
  readonly format: Format;
  readonly pathAt: PathAt;
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
  /** Whether the row has a value in an identity column. */
  isByColumns(row: RowToIdentify): boolean;
  /** Whether only its content identifies the row. */
  isByContent(row: RowToIdentify): boolean;
  /** `content` for a format without agreed paths if no others are given. */
  readonly basis: IdentityBasis;
}

/**
 * Identifies a row across runs: by the identity columns if the row has a value in one of them, else by the basis. A
 * row without the id or link that the basis asks for is identified by the other one, else by its content.
 */
export function createRowIdentity({
  identityColumns,
  basis: wanted,
  paths,
  format,
  pathAt,
}: RowIdentityOptions): RowIdentity {
  const { id, link } = agreedOrOwnPaths(format, paths);
  const basis = id.length + link.length === 0 ? 'content' : wanted;
  const readId = compileFirst(id, pathAt);
  const readLink = compileFirst(link, pathAt);

  const isByColumns = ({ row }: RowToIdentify): boolean =>
    identityColumns.some((column) => (row.cells[column] ?? null) !== null);
  const columnsKeyOf = (row: RowToIdentify): string | undefined => {
    if (!isByColumns(row)) return undefined;
    const cells = identityColumns.map((column) => row.row.cells[column] ?? null);
    return keyOf('columns', JSON.stringify(cells));
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
      if (isByColumns(row) || basis === 'content') return [];
      const pairKey = basis === 'id_and_link' ? undefined : pairKeyOf(row);
      return pairKey === undefined ? [contentKeyOf(row)] : [pairKey, contentKeyOf(row)];
    },
    isByColumns,
    isByContent: (row) =>
      !isByColumns(row) &&
      (basis === 'content' || (readId(row.fields) === undefined && readLink(row.fields) === undefined)),
    basis,
  };
}

/** Digest of a row's delivered values, one byte per character. A string, because a buffer costs more than the digest. */
export const contentDigest = (content: string): string => hash('sha1', content, 'latin1');

const ROW_KEY_LENGTH = 16;

const keyOf = (kind: string, text: string): string =>
  hash('sha256', `${kind}\u0000${text}`, 'base64url').slice(0, ROW_KEY_LENGTH);
