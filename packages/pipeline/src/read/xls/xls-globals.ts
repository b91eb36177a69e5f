import { InletError } from '@inlet/contracts/errors';
import { builtInKind, kindOfFormat, type NumberKind } from '../xlsx/number-format.js';
import { damaged } from '../xlsx/open-package.js';
import { type DecodeBytes, decoderOf, readXlsRecord, XlsReader, type XlsRecord } from './xls-records.js';

export const BEGIN = 0x809;
export const END = 0x0a;
const PASSWORD = 0x2f;
const CODE_PAGE = 0x42;
const DATE_MODE = 0x22;
const FORMAT = 0x41e;
const STYLE = 0xe0;
const SHEET = 0x85;
const STRINGS = 0xfc;
const EXCEL_97 = 0x600;
const EXCEL_5 = 0x500;
const HIDDEN_BITS = 3;

export interface XlsSheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Offset of its first record. */
  readonly start: number;
}

/** The part of a workbook stream that describes all worksheets. */
export interface XlsGlobals {
  readonly sheets: readonly XlsSheet[];
  readonly is1904: boolean;
  /** Meaning of a number by the style of its cell. */
  readonly kinds: readonly NumberKind[];
  readonly strings: XlsRecord | undefined;
  /** How to decode texts before Excel 97; undefined since then. */
  readonly decode: DecodeBytes | undefined;
}

/** Throws `source_password_protected`, and `source_format_unknown` for workbooks before Excel 5. */
export function readXlsGlobals(stream: Buffer): XlsGlobals {
  const first = readXlsRecord(stream, 0);
  if (first?.type !== BEGIN) throw damaged('it does not begin with a workbook');
  const version = stream.readUInt16LE(first.start);
  if (version !== EXCEL_97 && version !== EXCEL_5)
    throw new InletError('source_format_unknown', { detail: 'The file is older than Excel 5.' });
  const isOld = version === EXCEL_5;
  const sheets: XlsSheet[] = [];
  const custom = new Map<number, NumberKind>();
  const formats: number[] = [];
  let decode = decoderOf(1252);
  let is1904 = false;
  let strings: XlsRecord | undefined;
  for (let record = first; record.type !== END; record = readXlsRecord(stream, record.end) ?? missingEnd()) {
    const { type, start } = record;
    if (type === PASSWORD) throw new InletError('source_password_protected');
    if (type === CODE_PAGE) decode = decoderOf(stream.readUInt16LE(start));
    else if (type === DATE_MODE) is1904 = stream.readUInt16LE(start) === 1;
    else if (type === STYLE) formats.push(stream.readUInt16LE(start + 2));
    else if (type === STRINGS) strings = record;
    else if (type === FORMAT) {
      const reader = new XlsReader(stream, record, 2);
      custom.set(stream.readUInt16LE(start), kindOfFormat(isOld ? reader.oldText(decode, 1) : reader.text()));
    } else if (type === SHEET && stream.readUInt8(start + 5) === 0) {
      const reader = new XlsReader(stream, record, 6);
      const name = isOld ? reader.oldText(decode, 1) : reader.text(1);
      const isHidden = (stream.readUInt8(start + 4) & HIDDEN_BITS) !== 0;
      sheets.push({ name, isHidden, start: stream.readUInt32LE(start) });
    }
  }
  if (sheets.length === 0) throw damaged('it has no worksheet');
  const kinds = formats.map((id) => custom.get(id) ?? builtInKind(id));
  return { sheets, is1904, kinds, strings, decode: isOld ? decode : undefined };
}

function missingEnd(): never {
  throw damaged('it is cut off');
}
