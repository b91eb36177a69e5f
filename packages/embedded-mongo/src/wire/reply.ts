import { type BsonDocument, encode } from '../bson/bson-document.js';
import type { Message } from './message.js';

const OP_REPLY = 1;
const OP_MSG = 2013;
/** Pieces up to this size are copied into one buffer; larger ones are written separately. */
const SMALL_BYTES = 16 * 1024;

/** The bytes of a document, in pieces. */
export type Reply = Buffer[];

export interface CursorBatch {
  name: 'firstBatch' | 'nextBatch';
  ns: string;
  /** 0 when nothing is left to fetch. */
  id: bigint;
  documents: Buffer[];
}

/** Encodes `{ cursor: { firstBatch: [...], id, ns }, ok: 1 }` without copying the documents. */
export function encodeCursorReply({ name, ns, id, documents }: CursorBatch): Reply {
  const elements = documents.flatMap((document, i) => [elementHead(0x03, String(i)), document]);
  const cursor = [elementHead(0x04, name), ...enclose(elements), ...elementsOf({ id, ns })];
  return enclose([elementHead(0x03, 'cursor'), ...enclose(cursor), ...elementsOf({ ok: 1 })]);
}

const elementHead = (type: number, name: string): Buffer =>
  Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'latin1');

/** Encodes fields without the length and the end of a document. */
const elementsOf = (document: BsonDocument): Buffer[] => [encode(document).subarray(4, -1)];

function enclose(elements: Buffer[]): Buffer[] {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32LE(totalBytes(elements) + 5);
  return [length, ...elements, Buffer.of(0)];
}

const totalBytes = (pieces: Buffer[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Adds the header of a reply message. */
export function frameReply(message: Message, reply: Reply, responseId: number): Buffer[] {
  const header = Buffer.alloc(message.isLegacy ? 36 : 21);
  header.writeInt32LE(header.length + totalBytes(reply), 0);
  header.writeInt32LE(responseId, 4);
  header.writeInt32LE(message.requestId, 8);
  header.writeInt32LE(message.isLegacy ? OP_REPLY : OP_MSG, 12);
  if (message.isLegacy) header.writeInt32LE(1, 32);
  return mergeSmall([header, ...reply]);
}

function mergeSmall(pieces: Buffer[]): Buffer[] {
  const merged: Buffer[] = [];
  let small: Buffer[] = [];
  const flush = (): void => {
    if (small.length > 0) merged.push(Buffer.concat(small));
    small = [];
  };
  for (const piece of pieces) {
    if (piece.length <= SMALL_BYTES) small.push(piece);
    else {
      flush();
      merged.push(piece);
    }
  }
  flush();
  return merged;
}
