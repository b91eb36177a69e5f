import { type BsonDocument, decode } from '../bson/bson-document.js';

const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const FLAG_CHECKSUM = 1;
const FLAG_MORE_TO_COME = 2;

/** The largest accepted message; `hello` announces it to drivers. */
export const MAX_MESSAGE_BYTES = 48_000_000;

/** A client sent bytes that are not a message of this protocol; the connection must be closed. */
export class ProtocolError extends Error {}

/** A command of a client. */
export interface Message {
  requestId: number;
  sizeBytes: number;
  /** Whether this is an opening handshake in the form of servers before 3.6. */
  isLegacy: boolean;
  rawBody: Buffer;
  body: BsonDocument;
  /** Documents beside the body, such as those to insert; still encoded. */
  sequences: Map<string, Buffer[]>;
  wantsReply: boolean;
}

/**
 * Parses an OP_MSG, or an OP_QUERY of the opening handshake.
 *
 * @throws ProtocolError if it is neither, or malformed.
 */
export function parseMessage(bytes: Buffer): Message {
  try {
    return parse(bytes);
  } catch (cause) {
    // A size points beyond the end of the message.
    throw cause instanceof RangeError ? new ProtocolError('a message ends too early', { cause }) : cause;
  }
}

function parse(bytes: Buffer): Message {
  const opCode = bytes.readInt32LE(12);
  if (opCode === OP_QUERY) return parseLegacyQuery(bytes);
  if (opCode !== OP_MSG) throw new ProtocolError(`a message of kind ${opCode} is not supported`);
  const flags = bytes.readUInt32LE(HEADER_BYTES);
  const end = bytes.length - ((flags & FLAG_CHECKSUM) === 0 ? 0 : 4);
  const sequences = new Map<string, Buffer[]>();
  let rawBody: Buffer | undefined;
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const sizeBytes = bytes.readInt32LE(at + 1);
    const section = bytes.subarray(at + 1, at + 1 + sizeBytes);
    if (sizeBytes < 5 || section.length < sizeBytes || at + 1 + sizeBytes > end)
      throw new ProtocolError('a section has a wrong size');
    if (bytes[at] === 0) rawBody = section;
    else addSequence(section, sequences);
    at += 1 + sizeBytes;
  }
  if (rawBody === undefined) throw new ProtocolError('a message has no body');
  const requestId = bytes.readInt32LE(4);
  const wantsReply = (flags & FLAG_MORE_TO_COME) === 0;
  return {
    requestId,
    sizeBytes: bytes.length,
    isLegacy: false,
    rawBody,
    body: decodeBody(rawBody),
    sequences,
    wantsReply,
  };
}

function decodeBody(rawBody: Buffer): BsonDocument {
  try {
    return decode(rawBody);
  } catch (cause) {
    throw new ProtocolError('the body is malformed', { cause });
  }
}

function addSequence(section: Buffer, sequences: Map<string, Buffer[]>): void {
  const nameEnd = section.indexOf(0, 4);
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length; ) {
    const sizeBytes = section.readInt32LE(at);
    if (sizeBytes < 5 || at + sizeBytes > section.length)
      throw new ProtocolError('a document has a wrong size');
    documents.push(section.subarray(at, at + sizeBytes));
    at += sizeBytes;
  }
  sequences.set(section.toString('utf8', 4, nameEnd), documents);
}

function parseLegacyQuery(bytes: Buffer): Message {
  const nameEnd = bytes.indexOf(0, HEADER_BYTES + 4);
  const at = nameEnd + 9;
  const rawBody = bytes.subarray(at, at + bytes.readInt32LE(at));
  const [db] = bytes.toString('utf8', HEADER_BYTES + 4, nameEnd).split('.');
  const body = { ...decodeBody(rawBody), $db: db };
  return {
    requestId: bytes.readInt32LE(4),
    sizeBytes: bytes.length,
    isLegacy: true,
    rawBody,
    body,
    sequences: new Map(),
    wantsReply: true,
  };
}
