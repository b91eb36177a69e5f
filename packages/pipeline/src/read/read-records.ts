import type { RawRecord } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { findLinkedFeeds } from './html-feeds.js';
import { FORMAT_BYTES, newFacts, openSource } from './open-source.js';
import { readCsv } from './text/read-csv.js';
import { readJson } from './text/read-json.js';
import {
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  NO_HINTS,
  type ReadFacts,
  type ReadRequest,
  type RecordStream,
} from './types.js';
import { readXml } from './xml/read-xml.js';

/**
 * Turns the bytes of a source into records, reduced to the wanted paths, in batches. Memory stays flat whatever
 * the size of the source, and the records are the same however the bytes are cut into chunks.
 *
 * Nothing happens before the first batch is asked for. Errors come out of the iteration, after all records before
 * the fault: `source_empty`, `source_binary`, `source_html`, `source_encoding_unknown`, `source_entities_refused`,
 * `source_malformed` (with `line` and `column` in `extra`), `source_too_deep`, `source_too_large`,
 * `source_record_too_large`, `source_record_path_unknown`, and whatever the source itself throws.
 */
export function readRecords(bytes: AsyncIterable<Uint8Array>, request: ReadRequest): RecordStream {
  const facts = newFacts(request.parseOptions.format);
  return { batches: batchesOf(bytes, facts, request), facts };
}

async function* batchesOf(
  bytes: AsyncIterable<Uint8Array>,
  facts: ReadFacts,
  request: ReadRequest,
): AsyncGenerator<readonly RawRecord[], void, undefined> {
  const { parseOptions, hints = NO_HINTS, limits } = request;
  const source = await openSource(bytes, facts, {
    format: parseOptions.format,
    encoding: parseOptions.encoding,
    hints,
    maxSourceBytes: limits?.maxSourceBytes ?? DEFAULT_READ_LIMITS.maxSourceBytes,
    headBytes: FORMAT_BYTES,
  });
  const { format } = source;
  const input: DecodedBytes = { chunks: source.chunks, facts };
  switch (format) {
    case 'html':
      await source.close();
      throw new InletError('source_html', {
        extra: { feeds: findLinkedFeeds(source.head.toString(), hints.baseUrl) },
      });
    case 'csv':
      return yield* readCsv(input, request);
    case 'json':
    case 'ndjson':
    case 'json_feed':
      return yield* readJson(input, { ...request, format });
    default:
      return yield* readXml(input, request);
  }
}
