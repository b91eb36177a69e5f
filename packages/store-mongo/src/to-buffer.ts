import { mongo } from 'mongoose';

/** The bytes of a lean record, which come as the driver's own type, without a copy. */
export function toBuffer(bytes: Buffer | mongo.Binary): Buffer {
  if (!(bytes instanceof mongo.Binary)) return bytes;
  const { buffer, byteOffset } = bytes.buffer;
  return Buffer.from(buffer, byteOffset, bytes.length());
}
