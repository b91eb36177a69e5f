import type { OpenedBytes } from '@inlet/connectors';
import { type FieldValue, type ParseOptions, pagingOf, type Source } from '@inlet/contracts';
import { type ReadFacts, readRecords } from '@inlet/pipeline';

/** Bytes on their way to a reader, of which the first ones are kept. */
export interface KeptHead {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The first bytes of those that were read, in chunks. */
  readonly head: readonly Uint8Array[];
}

export function keepHead(source: AsyncIterable<Uint8Array>, maxBytes: number): KeptHead {
  const head: Uint8Array[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let left = maxBytes;
    for await (const chunk of source) {
      if (left > 0) head.push(chunk.slice(0, left));
      left -= chunk.length;
      yield chunk;
    }
  }
  return { bytes: bytes(), head };
}

export interface FirstPage {
  readonly source: Source;
  readonly opened: OpenedBytes;
  readonly head: readonly Uint8Array[];
  readonly recordPath: string;
  readonly parseOptions: ParseOptions;
}

export interface HeadScan {
  readonly paths: readonly string[];
  readonly onFields: (fields: readonly FieldValue[]) => void;
}

/** Reads the records of the head of a page once, with the values at `paths`, and returns the facts about it. */
export async function scanHead(
  { source, opened, head, recordPath, parseOptions }: FirstPage,
  { paths, onFields }: HeadScan,
): Promise<ReadFacts> {
  const { nextPagePath } = pagingOf(source);
  const { hints } = opened;
  const { batches, facts } = readRecords(iterate(head), {
    recordPath,
    parseOptions,
    paths,
    nextPagePath,
    hints,
  });
  try {
    for await (const records of batches) for (const { fields } of records) onFields(fields);
  } catch {
    // The head ends anywhere. Faults are reported by the readers of the whole page.
  }
  return facts;
}

export async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
