import { siteOfAddress } from './addresses.js';
import type { FoundSource } from './state.js';

const DATA_FILE = /\.(csv|tsv|txt|json|ndjson|jsonl|xml|rss|atom|rdf)(\.(gz|br|zip))?$/i;
/** File names that say nothing about the data. */
const USUAL =
  /^(feed|feeds|rss|atom|index|data|export|exports|download|file|api|items|list|latest|all|main|default|output|result|results)\d*$/i;
const MOST_CHARACTERS = 200;

/** Names a source after its title, else its file, else its site. */
export function nameOf({ outline, feed, address, finalUrl }: FoundSource): string {
  const name = feed?.title?.trim() || titleAbove(outline) || fileNameOf(address) || siteOfAddress(finalUrl);
  return name.slice(0, MOST_CHARACTERS);
}

/** JSON other than JSON Feed often has a title beside its list too. */
function titleAbove({ headings, format }: FoundSource['outline']): string | undefined {
  if (format !== 'json') return undefined;
  return headings.find(({ path }) => path === '/title')?.samples[0]?.trim();
}

/** Returns `products-2024` for `https://shop.example/export/products-2024.csv?key=1`. */
function fileNameOf(address: string): string | undefined {
  const last = URL.canParse(address) ? new URL(address).pathname.split('/').at(-1) : undefined;
  if (!last || !DATA_FILE.test(last)) return undefined;
  const name = decoded(last).replace(DATA_FILE, '').trim();
  return isReadable(name) ? name : undefined;
}

/** Has two adjacent letters and is not a hash. */
const isReadable = (name: string): boolean =>
  /\p{L}{2}/u.test(name) && !USUAL.test(name) && !/^[0-9a-f-]{16,}$/i.test(name);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
