import { deflateRawSync } from 'node:zlib';
import type { Issue } from '@inlet/contracts';
import { hashText, type TextHash } from '@inlet/pipeline';
import type { RejectedSheetRow } from '../ports/sheets.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { inflatePageSync } from './deflate-page.js';
import type { MappedRow } from './map-rows.js';
import type { RowEdit } from './overlay.js';

/** A rejected row, and a digest of its edits as they were delivered: with other edits, it is another row. */
export interface Rejection extends RejectedSheetRow {
  readonly edits: TextHash;
}

/** Rejected rows of a sheet by their numbers, which are their ids less 1. */
export type Rejections = ReadonlyMap<number, Rejection>;

/** Rejected rows that a sheet keeps: each takes some 200 bytes of memory. */
export const MOST_REJECTIONS = 100_000;
const ROWS_OF_PART = 5000;
/** Stored with each part; one of another version is refused, so that none is read wrongly. */
const VERSION = 1;
const INITIAL_BYTES = 65_536;
const NONE: readonly Issue[] = [];

export const digestEdits = ({ cells }: RowEdit): TextHash =>
  hashText(JSON.stringify([...cells].sort(([one], [other]) => (one < other ? -1 : 1))));

/** Compiles the issues of rows that a receiver has rejected, for as long as their cells are as they were delivered. */
export function compileRejectionIssues(
  rejections: Rejections,
  columnKeys: ReadonlySet<string>,
): (row: MappedRow) => readonly Issue[] {
  if (rejections.size === 0) return () => NONE;
  return ({ id, edit }) => {
    const rejection = rejections.get(id - 1);
    if (rejection === undefined) return NONE;
    const { low, high } = digestEdits(edit);
    if (low !== rejection.edits.low || high !== rejection.edits.high) return NONE;
    return rejection.issues.map(({ columnKey, message }) => ({
      columnKey: columnKey !== null && columnKeys.has(columnKey) ? columnKey : null,
      code: 'rejected_by_receiver',
      message,
      severity: 'error',
    }));
  };
}

/** Packs rejections for the store, in parts of a few thousand rows. Most rows share their messages. */
export function packRejections(rejections: readonly Rejection[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < rejections.length; at += ROWS_OF_PART)
    parts.push(packPart(rejections.slice(at, at + ROWS_OF_PART)));
  return parts;
}

function packPart(rejections: readonly Rejection[]): Buffer {
  const bytes = new ByteWriter(INITIAL_BYTES);
  const texts = new Map<string, number>();
  const places = rejections.map(({ issues }) =>
    issues.flatMap(({ columnKey, message }) => [placeOf(texts, columnKey ?? ''), placeOf(texts, message)]),
  );
  bytes.varint(VERSION);
  bytes.varint(texts.size);
  for (const text of texts.keys()) bytes.text(text);
  bytes.varint(rejections.length);
  for (const [index, { id, edits, issues }] of rejections.entries()) {
    for (const value of [id, edits.low, edits.high, issues.length, ...places[index]!]) bytes.varint(value);
  }
  return deflateRawSync(bytes.take(), { level: 1 });
}

function placeOf(texts: Map<string, number>, text: string): number {
  const place = texts.get(text) ?? texts.size;
  texts.set(text, place);
  return place;
}

/** Throws a RangeError for bytes that are no rejections of a known version. */
export function readRejections(parts: readonly Buffer[]): Map<number, Rejection> {
  const rejections = new Map<number, Rejection>();
  for (const part of parts) {
    const reader = new ByteReader(inflatePageSync(part));
    if (reader.varint() !== VERSION) throw new RangeError('these bytes are no rejected rows of a sheet');
    const texts = Array.from({ length: reader.varint() }, () => reader.text() ?? '');
    for (let rest = reader.varint(); rest > 0; rest -= 1) {
      const id = reader.varint();
      const edits = { low: reader.varint(), high: reader.varint() };
      const issues = Array.from({ length: reader.varint() }, () => ({
        columnKey: texts[reader.varint()] || null,
        message: texts[reader.varint()] ?? '',
      }));
      rejections.set(id - 1, { id, edits, issues });
    }
  }
  return rejections;
}
