import { pipeline, Readable, type Transform } from 'node:stream';
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { readHead } from '@inlet/contracts/stream-head';
import { GZIP_MAGIC, gunzip } from './gunzip.js';

const CHUNK_BYTES = 131_072;
const PROBE_BYTES = 512;
/** More layers than this are an attack, not a mistake. */
const MAX_LAYERS = 3;

interface Compression {
  readonly unpack: (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Number of bytes that `matches` needs. */
  readonly probeBytes: number;
  /** Whether a body with this beginning is compressed in this format. `isWhole`: `head` is the whole body. */
  readonly matches: (head: Buffer, isWhole: boolean) => boolean;
}

// The other formats have no magic number. The only way to recognise them is to decompress the beginning.
const zlibProbe = (isWhole: boolean) => ({
  finishFlush: isWhole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
  maxOutputLength: CHUNK_BYTES,
});

const brotliProbe = (isWhole: boolean) => ({
  finishFlush: isWhole ? constants.BROTLI_OPERATION_FINISH : constants.BROTLI_OPERATION_FLUSH,
  maxOutputLength: CHUNK_BYTES,
});

const GZIP: Compression = {
  unpack: (packed) => gunzip(packed, CHUNK_BYTES),
  probeBytes: GZIP_MAGIC.length,
  matches: (head) => GZIP_MAGIC.equals(head.subarray(0, GZIP_MAGIC.length)),
};
const ZLIB: Compression = {
  unpack: (packed) => through(packed, createInflate({ chunkSize: CHUNK_BYTES })),
  probeBytes: PROBE_BYTES,
  matches: (head, isWhole) => succeeds(() => inflateSync(head, zlibProbe(isWhole))),
};
const RAW_DEFLATE: Compression = {
  unpack: (packed) => through(packed, createInflateRaw({ chunkSize: CHUNK_BYTES })),
  probeBytes: PROBE_BYTES,
  matches: (head, isWhole) => succeeds(() => inflateRawSync(head, zlibProbe(isWhole))),
};
const BROTLI: Compression = {
  unpack: (packed) => through(packed, createBrotliDecompress({ chunkSize: CHUNK_BYTES })),
  probeBytes: PROBE_BYTES,
  matches: (head, isWhole) => succeeds(() => brotliDecompressSync(head, brotliProbe(isWhole))),
};

/** `deflate` means the zlib format (RFC 9110, section 8.4.1.2), but some servers send raw deflate data. */
const CODINGS: Readonly<Record<string, readonly Compression[]>> = {
  gzip: [GZIP],
  'x-gzip': [GZIP],
  deflate: [ZLIB, RAW_DEFLATE],
  br: [BROTLI],
};

export interface DecompressOptions {
  /** The `content-encoding` header. Codings that are unknown or that the bytes do not have are ignored. */
  readonly contentEncoding: string | undefined;
  /** Called with the total size of a layer after each of its chunks. May throw to stop. */
  readonly onDecompressed: (totalBytes: number) => void;
}

/**
 * Decompresses a body according to its bytes: tries the codings of the header, ignores those that are not true, and
 * also decompresses a body that is a gzip file (`feed.xml.gz`). Memory does not grow with the size of the body.
 */
export async function* decompress(
  body: AsyncIterable<Uint8Array>,
  { contentEncoding = '', onDecompressed }: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const codings = contentEncoding.toLowerCase().split(',').slice(-MAX_LAYERS);
  let bytes = body;
  for (const coding of codings.reverse()) {
    const candidates = CODINGS[coding.trim()];
    if (candidates) bytes = decompressLayer(bytes, candidates, onDecompressed);
  }
  yield* decompressLayer(bytes, [GZIP], onDecompressed);
}

async function* decompressLayer(
  body: AsyncIterable<Uint8Array>,
  candidates: readonly Compression[],
  onDecompressed: (totalBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const minBytes = Math.max(...candidates.map(({ probeBytes }) => probeBytes));
  const { chunks, reason, all } = await readHead(body, { minBytes });
  const head = Buffer.concat(chunks);
  const isWhole = reason === 'complete';
  const compression = candidates.find(({ matches, probeBytes }) =>
    matches(isWhole ? head : head.subarray(0, probeBytes), isWhole),
  );
  if (!compression || head.length === 0) {
    yield* all;
    return;
  }
  let total = 0;
  for await (const chunk of compression.unpack(all)) {
    total += chunk.length;
    onDecompressed(total);
    yield chunk;
  }
}

function through(packed: AsyncIterable<Uint8Array>, decompressor: Transform): AsyncIterable<Uint8Array> {
  // The reader of the result gets the errors. The callback only keeps them from being thrown a second time.
  pipeline(Readable.from(packed, { objectMode: false }), decompressor, () => undefined);
  return decompressor;
}

/** Reaching the limit of the output is a success: everything up to it could be decompressed. */
function succeeds(probe: () => Buffer): boolean {
  try {
    return probe().length >= 0;
  } catch (error) {
    return error instanceof RangeError;
  }
}
