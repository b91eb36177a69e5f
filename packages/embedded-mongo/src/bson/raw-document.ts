import { ServerError } from '../server-error.js';

/** The BSON element types that this package tells apart, by their byte. */
export const ELEMENT = {
  string: 0x02,
  document: 0x03,
  array: 0x04,
  undefined: 0x06,
  objectId: 0x07,
  regex: 0x0b,
  int32: 0x10,
} as const;

/** The position of a top-level element: it begins at `start`, and its value is the `size` bytes at `at`. */
export interface RawElement {
  name: string;
  type: number;
  start: number;
  at: number;
  size: number;
}

/**
 * Finds the top-level elements of a BSON document without decoding their values. Names are read byte by
 * byte (latin1), so compare them with ASCII names only.
 */
export function* readElements(document: Buffer): Generator<RawElement, void, void> {
  const end = readEnd(document);
  let start = 4;
  while (start < end) {
    const type = document[start] as number;
    const nameEnd = document.indexOf(0, start + 1);
    const at = nameEnd + 1;
    const size = readValueSize(type, document, at);
    if (nameEnd < 0 || size < 0 || at + size > end) throw malformed();
    yield { name: document.toString('latin1', start + 1, nameEnd), type, start, at, size };
    start = at + size;
  }
}

function findElement(document: Buffer, name: string): RawElement | undefined {
  for (const element of readElements(document)) if (element.name === name) return element;
  return undefined;
}

/** Returns the embedded documents of an array element, still encoded. */
export function rawArray(document: Buffer, name: string): Buffer[] | undefined {
  const list = findElement(document, name);
  if (list?.type !== ELEMENT.array) return undefined;
  const array = document.subarray(list.at, list.at + list.size);
  return [...readElements(array)].map((element) => {
    if (element.type !== ELEMENT.document) throw malformed();
    return array.subarray(element.at, element.at + element.size);
  });
}

/** Makes a new document from some elements of another one, copied without decoding. */
export function selectElements(document: Buffer, keep: (name: string) => boolean): Buffer {
  const kept: Buffer[] = [];
  for (const element of readElements(document)) {
    if (keep(element.name)) kept.push(document.subarray(element.start, element.at + element.size));
  }
  return assembleDocument(kept);
}

/** Makes a document from encoded elements. */
export function assembleDocument(elements: readonly Buffer[]): Buffer {
  const size = elements.reduce((sum, element) => sum + element.length, 5);
  const document = Buffer.allocUnsafe(size);
  let position = document.writeInt32LE(size, 0);
  for (const element of elements) position += element.copy(document, position);
  document[position] = 0;
  return document;
}

function readEnd(document: Buffer): number {
  if (document.length < 5 || document.readInt32LE(0) !== document.length) throw malformed();
  return document.length - 1;
}

const malformed = (): ServerError =>
  new ServerError(22, 'InvalidBSON', 'the message holds a malformed BSON document');

function readValueSize(type: number, source: Buffer, at: number): number {
  switch (type) {
    case 0x06:
    case 0x0a:
    case 0x7f:
    case 0xff:
      return 0;
    case 0x08:
      return 1;
    case 0x10:
      return 4;
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return 8;
    case 0x07:
      return 12;
    case 0x13:
      return 16;
    default:
      return at + 4 > source.length ? -1 : readVariableSize(type, source, at);
  }
}

function readVariableSize(type: number, source: Buffer, at: number): number {
  switch (type) {
    case 0x02:
    case 0x0d:
    case 0x0e:
      return 4 + source.readInt32LE(at);
    case 0x03:
    case 0x04:
    case 0x0f:
      return source.readInt32LE(at);
    case 0x05:
      return 5 + source.readInt32LE(at);
    case 0x0c:
      return 16 + source.readInt32LE(at);
    case 0x0b:
      return source.indexOf(0, source.indexOf(0, at) + 1) + 1 - at;
    default:
      return -1;
  }
}
