import type { OpenedBytes, OpenLimits } from '@inlet/connectors';
import { InletError, moveSource, newSource, type Source } from '@inlet/contracts';
import { createHeadedStream } from '@inlet/contracts/stream-head';
import { parseUrl } from '@inlet/contracts/web-address';
import { readRecords } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { openBytes } from './open-source.js';

const HEAD_BYTES = 1024;
const MOST_SITEMAPS = 500;
const INDEX_ROOT = /^(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<(?:[\w.-]+:)?sitemapindex[\s>]/;
/** A document that ends before the name of its root element does. */
const BEFORE_ROOT = /^(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*(?:<(?:[?!][^>]*|[^\s>?!]*))?$/;
/** Record path of a sitemap, whose records are those of the index as well. */
const ADDRESSES = '/urlset/url';

export interface FollowOptions {
  readonly source: Source;
  /** The record path of the request; undefined to find one. */
  readonly recordPath: string | undefined;
  readonly limits: OpenLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Replaces the body of a sitemap index by the sitemaps that it lists, one after another, so that their addresses are
 * the records. Each is opened when the one before it is read. Returns any other body as it is; an index whose sitemaps
 * are the records (`/sitemapindex/sitemap`) as well.
 */
export async function followSitemaps(
  context: Context,
  body: OpenedBytes,
  options: FollowOptions,
): Promise<OpenedBytes> {
  if (options.recordPath !== undefined && options.recordPath !== ADDRESSES) return body;
  const { isIndex, bytes } = await peekIndex(body);
  if (!isIndex) return { ...body, bytes };
  // The index may stay the same while its sitemaps change, so its version says nothing.
  return {
    ...body,
    bytes: readSitemaps(context, { ...body, bytes }, options),
    version: null,
    sizeBytes: null,
  };
}

/** Reads only until the root element is known, so that a slow source does not wait. */
async function peekIndex({ bytes }: OpenedBytes) {
  const { readNext, all } = createHeadedStream(bytes);
  let text = '';
  while (text.length < HEAD_BYTES && BEFORE_ROOT.test(text)) {
    // `all` throws the error of the source again.
    const next = await readNext().catch(() => null);
    if (next === null || next.done === true) break;
    text += Buffer.from(next.value).toString('latin1');
  }
  return { isIndex: INDEX_ROOT.test(text), bytes: all };
}

async function* readSitemaps(
  context: Context,
  index: OpenedBytes,
  { source, limits, signal }: FollowOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const addresses = await readIndex(index);
  const visited = new Set<string>([index.finalUrl]);
  let left = limits.maxBytes;
  for (let address = addresses.shift(); address !== undefined; address = addresses.shift()) {
    if (visited.has(address)) continue;
    visited.add(address);
    if (visited.size > MOST_SITEMAPS + 1)
      throw new InletError('source_too_large', {
        detail: `The sitemap index lists more than ${MOST_SITEMAPS} sitemaps.`,
      });
    const child = await openBytes(context, sourceAt(source, address), {
      limits: { ...limits, maxBytes: Math.max(1, left) },
      signal,
    });
    try {
      const { isIndex, bytes } = await peekIndex(child);
      if (isIndex) addresses.push(...(await readIndex({ ...child, bytes })));
      else
        for await (const chunk of bytes) {
          left -= chunk.length;
          yield chunk;
        }
    } finally {
      child.close();
    }
  }
}

/** The source of a sitemap, without the credentials of the index if it is on another server. */
function sourceAt(source: Source, address: string): Source {
  const moved = moveSource(source, address);
  return moved === source ? newSource({ kind: 'url', url: address }) : moved;
}

/** The addresses in a sitemap index. */
async function readIndex({ bytes, hints, finalUrl }: OpenedBytes): Promise<string[]> {
  const { batches } = readRecords(bytes, {
    recordPath: '/sitemapindex/sitemap',
    parseOptions: { format: 'xml' },
    paths: ['loc'],
    hints,
  });
  const addresses: string[] = [];
  for await (const records of batches)
    for (const { fields } of records) {
      const [address] = fields;
      const url = typeof address === 'string' ? parseUrl(address, finalUrl) : null;
      if (url !== null) addresses.push(url.href);
    }
  return addresses;
}
