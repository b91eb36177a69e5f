import type { Cell, Column, Mapping } from '@inlet/contracts';
import { compileCheck } from '../src/check/compile-check.js';
import { compileMapping } from '../src/map/compile-mapping.js';
import { outlineSource } from '../src/read/outline-source.js';
import { readRecords } from '../src/read/read-records.js';
import { inChunks } from './sources.js';

export interface SourceToMap {
  readonly source: string | Uint8Array;
  readonly columns: readonly Column[];
  readonly mapping: Mapping;
  /** The address of the source. */
  readonly baseUrl?: string | null;
  readonly chunkBytes?: number;
}

/** Reads, maps and checks a source as a run does, with the proposed record path. */
export async function mapSource(options: SourceToMap): Promise<(readonly Cell[])[]> {
  const { source, columns, mapping, baseUrl = null, chunkBytes } = options;
  const hints = { charset: null, baseUrl };
  const { outline } = await outlineSource(inChunks(source, chunkBytes), { hints });
  const { recordPath, parseOptions } = outline;
  const { paths, mapRecords } = compileMapping(mapping, columns, { baseUrl });
  const check = compileCheck({ columns, uniqueTogether: [], baseUrl });
  const stream = readRecords(inChunks(source, chunkBytes), { recordPath, parseOptions, paths, hints });
  const rows: (readonly Cell[])[] = [];
  for await (const batch of stream.batches)
    rows.push(...check.checkRows(mapRecords(batch)).map(({ cells }) => cells));
  return rows;
}
