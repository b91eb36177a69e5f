import { pipeline, Readable, type Transform } from 'node:stream';
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { peek } from './peek.js';

const CHUNK_BYTES = 131_072;
const PROBE_BYTES = 512;
/** More layers than this are an attack, not a mistake. */
const MAX_LAYERS = 3;

interface Packing {
  readonly create: () => Transform;
  /** How much of the beginning has to be seen. */
  readonly probeBytes: number;
  /** Whether a body that begins so is packed in this way. */
  readonly isLike: (head: Buffer, isWhole: boolean) => boolean;
}

/** RFC 1952, section 2.3.1, with deflate as the method; no text begins so. */
const GZIP_MAGIC = Buffer.of(0x1f, 0x8b, 0x08);

/** The other formats have no magic number: whether the beginning can be unpacked is the only way to know. */
const zlibProbe = (isWhole: boolean) => ({
  finishFlush: isWhole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
  maxOutputLength: CHUNK_BYTES,
});

const brotliProbe = (isWhole: boolean) => ({
  finishFlush: isWhole ? constants.BROTLI_OPERATION_FINISH : constants.BROTLI_OPERATION_FLUSH,
  maxOutputLength: CHUNK_BYTES,
});

const GZIP: Packing = {
  create: () => createGunzip({ chunkSize: CHUNK_BYTES }),
  probeBytes: GZIP_MAGIC.length,
  isLike: (head) => GZIP_MAGIC.equals(head.subarray(0, GZIP_MAGIC.length)),
};
const ZLIB: Packing = {
  create: () => createInflate({ chunkSize: CHUNK_BYTES }),
  probeBytes: PROBE_BYTES,
  isLike: (head, isWhole) => succeeds(() => inflateSync(head, zlibProbe(isWhole))),
};
const RAW_DEFLATE: Packing = {
  create: () => createInflateRaw({ chunkSize: CHUNK_BYTES }),
  probeBytes: PROBE_BYTES,
  isLike: (head, isWhole) => succeeds(() => inflateRawSync(head, zlibProbe(isWhole))),
};
const BROTLI: Packing = {
  create: () => createBrotliDecompress({ chunkSize: CHUNK_BYTES }),
  probeBytes: PROBE_BYTES,
  isLike: (head, isWhole) => succeeds(() => brotliDecompressSync(head, brotliProbe(isWhole))),
};

/** `deflate` means zlib (RFC 9110, section 8.4.1.2), but some servers send it bare. */
const PACKINGS: Readonly<Record<string, readonly Packing[]>> = {
  gzip: [GZIP],
  'x-gzip': [GZIP],
  deflate: [ZLIB, RAW_DEFLATE],
  br: [BROTLI],
};

export interface UnpackOptions {
  /** The `content-encoding` header. Codings that are unknown, or that the bytes do not have, are passed over. */
  readonly contentEncoding: string | undefined;
  /** Called with the running total of each layer; throws to stop. */
  readonly onUnpacked: (totalBytes: number) => void;
}

/**
 * Unpacks a body by what its bytes are: what the header claims is tried first and ignored where it is not true,
 * and a body that is a gzip file (`feed.xml.gz`) is unpacked too. Memory stays flat.
 */
export async function* unpack(
  packed: AsyncGenerator<Uint8Array>,
  { contentEncoding = '', onUnpacked }: UnpackOptions,
): AsyncGenerator<Uint8Array> {
  const codings = contentEncoding.toLowerCase().split(',').slice(-MAX_LAYERS);
  let bytes = packed;
  for (const coding of codings.reverse()) {
    const candidates = PACKINGS[coding.trim()];
    if (candidates) bytes = unpackLayer(bytes, candidates, onUnpacked);
  }
  yield* unpackLayer(bytes, [GZIP], onUnpacked);
}

async function* unpackLayer(
  packed: AsyncGenerator<Uint8Array>,
  candidates: readonly Packing[],
  onUnpacked: (totalBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { head, isWhole, all } = await peek(
    packed,
    Math.max(...candidates.map(({ probeBytes }) => probeBytes)),
  );
  const packing = candidates.find(({ isLike, probeBytes }) =>
    isLike(isWhole ? head : head.subarray(0, probeBytes), isWhole),
  );
  if (!packing || head.length === 0) {
    yield* all;
    return;
  }
  const unpacker = packing.create();
  // Errors come out of the loop below; the callback only keeps them from being thrown twice.
  pipeline(Readable.from(all, { objectMode: false }), unpacker, () => undefined);
  let total = 0;
  for await (const chunk of unpacker) {
    total += chunk.length;
    onUnpacked(total);
    yield chunk;
  }
}

/** Running into the limit of the output is a success: it was unpacked so far. */
function succeeds(probe: () => Buffer): boolean {
  try {
    return probe().length >= 0;
  } catch (error) {
    return error instanceof RangeError;
  }
}
