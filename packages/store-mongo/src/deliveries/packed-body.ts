import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

/**
 * Bodies are stored packed: JSON of rows shrinks to a quarter or less, which spares the disk for as long as they
 * are kept, and the database most of the work. The fastest level, on zlib's own threads.
 */
const FASTEST = { level: 1, chunkSize: 262_144 };

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);

export const packBody = (body: Buffer): Promise<Buffer> => pack(body, FASTEST) as Promise<Buffer>;

export const unpackBody = (packed: Buffer): Promise<Buffer> =>
  unpack(packed, { chunkSize: 1_048_576 }) as Promise<Buffer>;
