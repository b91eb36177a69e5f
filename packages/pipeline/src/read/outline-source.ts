import type { FeedFacts, Format, Outline } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { outlineCsv } from './csv/outline-csv.js';
import { type DecodedSource, decodeSource, FORMAT_BYTES } from './decode-source.js';
import { findLinkedFeeds } from './find-linked-feeds.js';
import { outlineJson } from './json/outline-json.js';
import { warnOfNoRecords } from './outline-warnings.js';
import { createReadFacts, type ReadFacts } from './read-facts.js';
import { DEFAULT_OUTLINE_BYTES, DEFAULT_READ_LIMITS, NO_HINTS, type OutlineReadOptions } from './types.js';
import { watchProgress } from './watch-progress.js';
import { refuseFeedList } from './xml/opml-feeds.js';
import { outlineXml } from './xml/outline-xml.js';

export interface OutlineResult {
  readonly outline: Outline;
  /** The feed's own title, link and so on; null if the source is not a feed. */
  readonly feed: FeedFacts | null;
}

/**
 * Outlines a source: its format, encoding, record path and headings. Reads no more bytes than it needs and then
 * closes the source.
 *
 * Throws an InletError if the source cannot be outlined: `source_empty`, `source_binary`, `source_encoding_unknown`,
 * `source_html` and `source_opml` (with the `feeds` in `extra`), `source_entities_refused`, `source_malformed`,
 * `source_too_deep`, `source_no_records`, and `source_record_path_unknown` for a record path that it does not have.
 */
export async function outlineSource(
  bytes: AsyncIterable<Uint8Array>,
  options: OutlineReadOptions = {},
): Promise<OutlineResult> {
  const { parseOptions, hints = NO_HINTS, signal, onBytes, maxBytes = DEFAULT_OUTLINE_BYTES } = options;
  const facts = createReadFacts(parseOptions?.format);
  const watched = onBytes === undefined ? bytes : watchProgress(bytes, { ...options, onBytes });
  const source = await decodeSource(watched, facts, {
    format: parseOptions?.format,
    encoding: parseOptions?.encoding,
    delimiter: parseOptions?.csv?.delimiter,
    hints,
    maxSourceBytes: DEFAULT_READ_LIMITS.maxSourceBytes,
    headBytes: Math.max(maxBytes, FORMAT_BYTES),
    signal,
  });
  try {
    if (source.fault !== undefined) throw source.fault;
    if (source.format === 'html')
      throw new InletError('source_html', {
        extra: { feeds: findLinkedFeeds(source.head.toString(), hints.baseUrl) },
      });
    if (parseOptions?.format === undefined) refuseFeedList(source.head);
    const result = await outlineFormat({ ...source, format: source.format }, facts, options);
    const bytesRead = result.outline.isComplete ? facts.bytes : Math.min(facts.bytes, maxBytes);
    const warnings = [...result.outline.warnings, ...warnOfNoRecords(result.outline)];
    return { ...result, outline: { ...result.outline, bytesRead, warnings } };
  } finally {
    await source.close();
  }
}

async function outlineFormat(
  source: DecodedSource & { readonly format: Format },
  facts: ReadFacts,
  options: OutlineReadOptions,
): Promise<OutlineResult> {
  const { format, chunks } = source;
  switch (format) {
    case 'csv':
      return { outline: await outlineCsv({ chunks, facts }, options), feed: null };
    case 'json':
    case 'ndjson':
    case 'json_feed': {
      const outline = await outlineJson({ chunks, facts }, { ...options, format });
      return { outline, feed: format === 'json_feed' ? readJsonFeedFacts(outline) : null };
    }
    default: {
      const maxBytes = options.maxBytes ?? DEFAULT_OUTLINE_BYTES;
      const isComplete = source.isComplete && source.head.length <= maxBytes;
      return outlineXml({ head: source.head.subarray(0, maxBytes), isComplete, format, facts }, options);
    }
  }
}

/** Facts of a JSON Feed, from the headings above the items. */
function readJsonFeedFacts({ headings, recordCount }: Outline): FeedFacts {
  const above = (path: string) => headings.find((heading) => heading.path === path)?.samples[0] ?? null;
  const dates = headings
    .filter(({ path }) => path === 'date_published' || path === 'date_modified')
    .flatMap(({ samples }) => samples.map((sample) => Date.parse(sample)))
    .filter(Number.isFinite);
  return {
    title: above('/title'),
    link: above('/home_page_url'),
    description: above('/description'),
    ttlMinutes: null,
    itemCount: recordCount,
    newestItemAt: dates.length === 0 ? null : new Date(Math.max(...dates)).toISOString(),
  };
}
