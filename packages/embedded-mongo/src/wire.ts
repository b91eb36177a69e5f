/** MongoDB wire messages: OP_MSG both ways, and OP_QUERY for the legacy opening handshake only. */
import { BSON } from 'bson';
import { DECODE, encode, type Doc } from './bsonval.js';

export const OP_REPLY = 1;
export const OP_QUERY = 2004;
export const OP_MSG = 2013;
export const MAX_MESSAGE = 48_000_000;

const CHECKSUM = 1;
const MORE_TO_COME = 2;

export interface Request { requestId: number; opCode: number; body: Doc; /** Document sequences, still as BSON. */ sequences: Map<string, Buffer[]>; wantsReply: boolean }

export function parse(msg: Buffer): Request {
  const requestId = msg.readInt32LE(4);
  const opCode = msg.readInt32LE(12);
  if (opCode === OP_QUERY) {
    const nameEnd = msg.indexOf(0, 20);
    const body = BSON.deserialize(msg.subarray(nameEnd + 9), { ...DECODE, allowObjectSmallerThanBufferSize: true });
    body.$db ??= msg.toString('utf8', 20, nameEnd).split('.')[0];
    return { requestId, opCode, body, sequences: new Map(), wantsReply: true };
  }
  if (opCode !== OP_MSG) throw new Error(`unsupported opcode ${opCode}`);
  const flags = msg.readUInt32LE(16);
  const end = flags & CHECKSUM ? msg.length - 4 : msg.length;
  let p = 20;
  let body: Doc | undefined;
  const sequences = new Map<string, Buffer[]>();
  while (p < end) {
    const kind = msg[p++];
    const size = msg.readInt32LE(p);
    if (size < 5 || p + size > end) throw new Error('bad section size');
    if (kind === 0) body = BSON.deserialize(msg.subarray(p, p + size), { ...DECODE, fieldsAsRaw: RAW_FIELDS } as any);
    else if (kind === 1) {
      const nameEnd = msg.indexOf(0, p + 4);
      const docs: Buffer[] = [];
      for (let d = nameEnd + 1; d < p + size;) { const n = msg.readInt32LE(d); docs.push(msg.subarray(d, d + n)); d += n; }
      sequences.set(msg.toString('utf8', p + 4, nameEnd), docs);
    } else throw new Error(`bad section kind ${kind}`);
    p += size;
  }
  if (!body) throw new Error('message without a body');
  return { requestId, opCode, body, sequences, wantsReply: !(flags & MORE_TO_COME) };
}
const RAW_FIELDS = {};

let nextId = 1;
export function reply(req: Request, body: Buffer): Buffer {
  const legacy = req.opCode === OP_QUERY;
  const head = Buffer.alloc(legacy ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(nextId = (nextId + 1) & 0x7fffffff, 4);
  head.writeInt32LE(req.requestId, 8);
  head.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  if (legacy) head.writeInt32LE(1, 32); // flags, cursor id and offset stay zero; one document
  return Buffer.concat([head, body]);
}

/** `{ cursor: { <firstBatch|nextBatch>: [documents], id, ns }, ok: 1 }`, copying the documents as they are. */
export function cursorReply(batch: 'firstBatch' | 'nextBatch', ns: string, id: bigint, docs: Buffer[]): Buffer {
  let size = 5;
  for (let i = 0; i < docs.length; i++) size += 2 + digits(i) + docs[i].length;
  const arr = Buffer.allocUnsafe(size);
  arr.writeInt32LE(size, 0);
  let p = 4;
  for (let i = 0; i < docs.length; i++) {
    arr[p++] = 3;
    p += arr.write(String(i), p, 'latin1');
    arr[p++] = 0;
    arr.set(docs[i], p);
    p += docs[i].length;
  }
  arr[p] = 0;
  const nsBytes = Buffer.from(ns);
  const cursorSize = 4 + 1 + batch.length + 1 + size + 1 + 3 + 8 + 1 + 3 + 4 + nsBytes.length + 1 + 1;
  const out = Buffer.allocUnsafe(4 + 1 + 7 + cursorSize + 1 + 3 + 8 + 1);
  p = out.writeInt32LE(out.length, 0);
  out[p++] = 3; p += out.write('cursor\0', p, 'latin1');
  p = out.writeInt32LE(cursorSize, p);
  out[p++] = 4; p += out.write(`${batch}\0`, p, 'latin1');
  p += arr.copy(out, p);
  out[p++] = 0x12; p += out.write('id\0', p, 'latin1'); p = out.writeBigInt64LE(id, p);
  out[p++] = 2; p += out.write('ns\0', p, 'latin1'); p = out.writeInt32LE(nsBytes.length + 1, p); p += nsBytes.copy(out, p); out[p++] = 0;
  out[p++] = 0;
  out[p++] = 1; p += out.write('ok\0', p, 'latin1'); p = out.writeDoubleLE(1, p);
  out[p] = 0;
  return out;
}
const digits = (i: number): number => (i < 10 ? 1 : i < 100 ? 2 : i < 1000 ? 3 : i < 10000 ? 4 : i < 100000 ? 5 : i < 1e6 ? 6 : 7);

export { encode };
