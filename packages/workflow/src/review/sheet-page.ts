import { ByteReader, ByteWriter } from './byte-writer.js';

/** Something about a cell that its text does not show. */
export interface CellNote {
  readonly column: number;
  /**
   * `decimal`: the point of the number is a decimal sign, see `RawRecord.decimalFields`. `error`: the spreadsheet shows
   * an error, such as `#N/A`, and the cell is blank. `digits`: the number has lost its last digits.
   */
  readonly kind: 'decimal' | 'error' | 'digits';
  /** The error, or the number as the file has it; empty for `decimal`. */
  readonly text: string;
}

/** A row of a sheet with the texts of its source. */
export interface SheetRow {
  /** Never used again in the sheet, and independent of the order of rows. */
  readonly id: number;
  /** Where people find the row in their file; null for a row that they added. */
  readonly source: SourceRow | null;
  /** Text of each column of the source; undefined for a blank cell. */
  readonly cells: readonly (string | undefined)[];
  readonly notes?: readonly CellNote[] | undefined;
}

export interface SourceRow {
  /** Index of the file in the upload. */
  readonly file: number;
  /** Row of the worksheet, or physical line of a text file; from 1. */
  readonly row: number;
}

/** Stored with each page; a page of another version is refused, so that none is read wrongly. */
const VERSION = 1;
const HEAD_BYTES = 3;
const END_BYTES = 4;
const KINDS: readonly CellNote['kind'][] = ['decimal', 'error', 'digits'];
/** A page is a document of the database; one with larger rows has fewer of them. */
export const PAGE_BYTES = 40_960;
export const PAGE_ROWS = 1000;

/**
 * Packs rows so that each can be read without the others: a head with the version and the number of rows, where each
 * row ends, and the rows. A sorted view of a hundred rows touches as many pages, and decodes one row of each.
 */
export class SheetPageWriter {
  private readonly body = new ByteWriter(2 * PAGE_BYTES);
  private ends: number[] = [];

  get rows(): number {
    return this.ends.length;
  }

  /** Whether the next row belongs to another page. */
  get isFull(): boolean {
    return this.ends.length >= PAGE_ROWS || this.body.length >= PAGE_BYTES;
  }

  add({ id, source, cells, notes = [] }: SheetRow): void {
    const { body } = this;
    body.varint(id);
    body.varint(source === null ? 0 : source.row);
    if (source !== null) body.varint(source.file);
    body.varint(notes.length);
    for (const { column, kind, text } of notes) {
      body.varint(column * KINDS.length + KINDS.indexOf(kind));
      body.text(text);
    }
    body.varint(cells.length);
    for (const cell of cells) {
      if (cell === undefined) body.varint(0);
      else body.text(cell);
    }
    this.ends.push(body.length);
  }

  /** Returns the page and starts the next one. */
  take(): Buffer {
    const { ends } = this;
    const head = Buffer.allocUnsafe(HEAD_BYTES + ends.length * END_BYTES);
    head[0] = VERSION;
    head.writeUInt16LE(ends.length, 1);
    ends.forEach((end, index) => {
      head.writeUInt32LE(end, HEAD_BYTES + index * END_BYTES);
    });
    this.ends = [];
    return Buffer.concat([head, this.body.take()]);
  }
}

/** Which cells of a row are read, and where to. */
export interface WantedFields {
  /** By source column. */
  readonly placeOf: Int32Array;
  readonly fields: (string | undefined)[];
}

/** A page of a sheet, of which single rows are read. */
export class SheetPage {
  readonly rows: number;
  private readonly bytes: Buffer;
  /** All bytes as characters, for slices of texts in ASCII. */
  private latin1: string | undefined;

  /** Throws a RangeError for bytes that are no page of a known version. */
  constructor(bytes: Buffer) {
    if (bytes[0] !== VERSION || bytes.length < HEAD_BYTES)
      throw new RangeError('these bytes are no page of a sheet');
    this.bytes = bytes;
    this.rows = bytes.readUInt16LE(1);
    const size = HEAD_BYTES + this.rows * END_BYTES + this.endOf(this.rows - 1);
    if (bytes.length !== size) throw new RangeError('the page of the sheet is not whole');
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  /** The row at a place of the page, from 0. */
  row(index: number): SheetRow {
    const reader = new ByteReader(this.bytes, this.startOf(index));
    const id = reader.varint();
    const row = reader.varint();
    const source = row === 0 ? null : { file: reader.varint(), row };
    const notes = readNotes(reader);
    const cells = new Array<string | undefined>(reader.varint());
    for (let column = 0; column < cells.length; column += 1) cells[column] = reader.text();
    return { id, source, cells, notes };
  }

  /** The place in its file of the row at a place of the page. */
  sourceOf(index: number): SourceRow | null {
    const reader = new ByteReader(this.bytes, this.startOf(index));
    reader.varint();
    const row = reader.varint();
    return row === 0 ? null : { file: reader.varint(), row };
  }

  /**
   * Reads some cells of the row at a place of the page: the text of source column c goes to `fields[placeOf[c]]`, unless
   * that is negative. Returns the id, source and notes of the row.
   */
  readFields(index: number, { placeOf, fields }: WantedFields): Omit<SheetRow, 'cells'> {
    const { bytes } = this;
    const reader = new ByteReader(bytes, this.startOf(index));
    const id = reader.varint();
    const row = reader.varint();
    const source = row === 0 ? null : { file: reader.varint(), row };
    const notes = readNotes(reader);
    const width = Math.min(reader.varint(), placeOf.length);
    this.latin1 ??= bytes.toString('latin1');
    let { at } = reader;
    for (let column = 0; column < width; column += 1) {
      let size = bytes[at]!;
      if (size < 128) at += 1;
      else {
        reader.at = at;
        size = reader.varint();
        at = reader.at;
      }
      if (size === 0) continue;
      const end = at + size - 1;
      const place = placeOf[column]!;
      if (place >= 0) {
        let plain = at;
        while (plain < end && bytes[plain]! < 128) plain += 1;
        fields[place] = plain === end ? this.latin1.slice(at, end) : bytes.toString('utf8', at, end);
      }
      at = end;
    }
    return { id, source, notes };
  }

  private startOf(index: number): number {
    if (!(index >= 0 && index < this.rows)) throw new RangeError(`the page of the sheet has no row ${index}`);
    return HEAD_BYTES + this.rows * END_BYTES + this.endOf(index - 1);
  }

  private endOf(index: number): number {
    return index < 0 ? 0 : this.bytes.readUInt32LE(HEAD_BYTES + index * END_BYTES);
  }
}

function readNotes(reader: ByteReader): readonly CellNote[] | undefined {
  const count = reader.varint();
  if (count === 0) return undefined;
  return Array.from({ length: count }, () => {
    const place = reader.varint();
    return {
      column: Math.floor(place / KINDS.length),
      kind: KINDS[place % KINDS.length]!,
      text: reader.text() ?? '',
    };
  });
}
