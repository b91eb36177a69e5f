import type { FieldValue, SourceWarning } from '@inlet/contracts';
import { EnclosingLevels } from '../src/read/enclosing-levels.js';
import { DEFAULT_READ_LIMITS, type ReadLimits } from '../src/read/types.js';
import { readInWindows } from '../src/read/window-reader.js';
import { compilePaths } from '../src/read/xml/wanted-paths.js';
import { XmlRecordReader } from '../src/read/xml/xml-record-reader.js';
import { inChunks } from './sources.js';

export interface WindowedRead {
  readonly rows: (readonly FieldValue[])[];
  readonly warnings: SourceWarning[];
  readonly error: unknown;
  /** Bytes of all windows together: what the reader has been shown, some of it more than once. */
  readonly shownBytes: number;
}

/**
 * Reads XML in windows much smaller than a run's, so that every tag, name and character of a small document is cut
 * somewhere.
 */
export async function readXmlInWindows(
  xml: string | Uint8Array,
  options: {
    recordPath: string;
    paths: readonly string[];
    windowBytes: number;
    namespaces?: Record<string, string>;
    limits?: Partial<ReadLimits>;
  },
): Promise<WindowedRead> {
  const { recordPath, paths, windowBytes, namespaces } = options;
  const rows: (readonly FieldValue[])[] = [];
  const warnings: SourceWarning[] = [];
  let shownBytes = 0;
  const wanted = compilePaths(paths, recordPath);
  const reader = new XmlRecordReader({
    recordPath,
    wanted,
    namespaces,
    levels: new EnclosingLevels({ paths: wanted.above }),
    limits: { ...DEFAULT_READ_LIMITS, ...options.limits },
    warnings,
    onRecord: (fields) => rows.push(fields),
  });
  const readWindow = (window: Buffer, isLast: boolean): number => {
    shownBytes += window.length;
    return reader.read(window, isLast);
  };
  const chunks = (async function* () {
    for await (const chunk of inChunks(xml, windowBytes)) yield Buffer.from(chunk);
  })();
  try {
    for await (const _ of readInWindows(chunks, readWindow, windowBytes));
    reader.finish();
  } catch (error) {
    return { rows, warnings, error, shownBytes };
  }
  return { rows, warnings, error: undefined, shownBytes };
}
