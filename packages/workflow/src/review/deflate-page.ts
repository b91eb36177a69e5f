import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** Higher levels cost several times as much for a few percent. */
const LEVEL = 1;

/** Packs the bytes of a page or an overlay for the store, on another thread. */
export const deflatePage = (bytes: Uint8Array): Promise<Buffer> => deflate(bytes, { level: LEVEL });

/** Room for most pages, so that the parts of one need not be joined. */
const CHUNK_BYTES = 65_536;

/** For threads that have nothing else to do meanwhile. */
export const inflatePageSync = (bytes: Uint8Array): Buffer =>
  inflateRawSync(bytes, { chunkSize: CHUNK_BYTES });
