/** Bytes of a block that is packed by itself, so that a transfer can go on after any of them. */
const BLOCK_BYTES = 4_194_304;
/** The first bytes are sent as they are: they show how fast the connection is. */
const PROBE_BYTES = 1_048_576;
/** Packing takes longer than it saves on connections faster than this. */
const FAST_BYTES_PER_MS = 10_000;
/** A block that packs worse than this shows that the file is packed already. */
const WORST_RATIO = 0.9;
/** ZIP, which XLSX and ODS are too, and gzip. */
const PACKED_STARTS = ['504b', '1f8b'];

/** Decides how the bytes of one file are sent. */
export interface Packing {
  /** How many bytes the next request sends. */
  readonly requestBytes: number;
  /** Returns the packed block; null if it is sent as it is. */
  pack(block: Blob): Promise<Blob | null>;
  /** Notes how long a request took. */
  note(sent: { readonly bytes: number; readonly ms: number }): void;
}

/** Sends the rest of a file in one request, unless the browser can pack it and the connection is slow. */
export async function createPacking(file: Blob): Promise<Packing> {
  const canPack = file.size > PROBE_BYTES && 'CompressionStream' in globalThis && !(await isPacked(file));
  let state: 'probing' | 'packing' | 'plain' = canPack ? 'probing' : 'plain';
  return {
    get requestBytes() {
      if (state === 'plain') return Number.POSITIVE_INFINITY;
      return state === 'probing' ? PROBE_BYTES : BLOCK_BYTES;
    },
    async pack(block) {
      if (state !== 'packing') return null;
      const packed = await new Response(block.stream().pipeThrough(new CompressionStream('gzip'))).blob();
      if (packed.size <= block.size * WORST_RATIO) return packed;
      state = 'plain';
      return null;
    },
    note({ bytes, ms }) {
      if (state === 'probing') state = bytes / Math.max(1, ms) < FAST_BYTES_PER_MS ? 'packing' : 'plain';
    },
  };
}

async function isPacked(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return PACKED_STARTS.includes(Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}
