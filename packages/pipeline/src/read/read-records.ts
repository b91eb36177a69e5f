import type { RawRecord } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { readCsv } from './csv/read-csv.js';
import { decodeSource, FORMAT_BYTES } from './decode-source.js';
import { findLinkedFeeds } from './find-linked-feeds.js';
import { readJson } from './json/read-json.js';
import { createReadFacts, type ReadFacts } from './read-facts.js';
import {
  DEFAULT_READ_LIMITS,
  type DecodedBytes,
  NO_HINTS,
  type ReadRequest,
  type RecordStream,
} from './types.js';
import { readXml } from './xml/read-xml.js';

/**
 * Turns the bytes of a source into batches of records, reduced to the requested paths. Memory stays flat at any
 * size of the source, and the records are the same however the bytes are cut into chunks.
 *
 * Reading starts with the first batch. The iteration throws, after all records before the fault: `source_empty`, `source_binary`, `source_html`, `source_encoding_unknown`, `source_entities_refused`,
 * `source_malformed` (with `line` and `column` in `extra`), `source_too_deep`, `source_too_large`,
 * `source_record_too_large`, `source_record_path_unknown`, and the source's own errors.
 */
export function readRecords(bytes: AsyncIterable<Uint8Array>, request: ReadRequest): RecordStream {
  const facts = createReadFacts(request.parseOptions.format);
  return { batches: readBatches(bytes, facts, request), facts };
}

async function* readBatches(
  bytes: AsyncIterable<Uint8Array>,
  facts: ReadFacts,
  request: ReadRequest,
): AsyncGenerator<readonly RawRecord[], void, undefined> {
  const { parseOptions, hints = NO_HINTS, limits } = request;
  const source = await decodeSource(bytes, facts, {
    format: parseOptions.format,
    encoding: parseOptions.encoding,
    delimiter: parseOptions.csv?.delimiter,
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
