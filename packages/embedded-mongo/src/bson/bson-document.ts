import { BSON } from 'bson';

/** A decoded BSON document, with the values that the `bson` package decodes to. */
export type BsonDocument = Record<string, unknown>;

const SHARED: BSON.DeserializeOptions = {
  bsonRegExp: true,
  promoteBuffers: false,
  validation: { utf8: false },
};
const PLAIN: BSON.DeserializeOptions = { ...SHARED, promoteValues: true, promoteLongs: true };
const EXACT: BSON.DeserializeOptions = { ...SHARED, promoteValues: false, promoteLongs: false };

/** Decodes for reading: numbers are JavaScript numbers, except integers beyond 2^53, which stay `Long`. */
export const decode = (bytes: Uint8Array): BsonDocument => BSON.deserialize(bytes, PLAIN);

/** Decodes for rewriting: every number keeps its BSON type (`Int32`, `Double`, `Long`), so encoding the document again changes nothing. */
export const decodeExactly = (bytes: Uint8Array): BsonDocument => BSON.deserialize(bytes, EXACT);

/** Encodes a document; `undefined` becomes null, as the server stores it. */
export function encode(document: BsonDocument): Buffer {
  const bytes = BSON.serialize(document, { ignoreUndefined: false, checkKeys: false });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
