import type { Look } from './state.js';
import { siteOf } from './to-source.js';

const DATA_FILE = /\.(csv|tsv|txt|json|ndjson|jsonl|xml|rss|atom|rdf)(\.(gz|br|zip))?$/i;
/** Names that say nothing about the data. */
const USUAL =
  /^(feed|feeds|rss|atom|index|data|export|exports|download|file|api|items|list|latest|all|main|default|output|result|results)\d*$/i;
const MOST_CHARACTERS = 200;

/** What a source is called: its own title, else the name of its file, else its site. */
export function nameOf({ outline, feed, url, finalUrl }: Look): string {
  const name = feed?.title?.trim() || titleAbove(outline) || fileNameOf(url) || siteOf(finalUrl);
  return name.slice(0, MOST_CHARACTERS);
}

/** JSON that is no JSON Feed often has a title beside its list all the same. */
function titleAbove({ headings, format }: Look['outline']): string | undefined {
  if (format !== 'json') return undefined;
  return headings.find(({ path }) => path === '/title')?.samples[0]?.trim();
}

/** `products-2024` of `https://shop.example/export/products-2024.csv?key=1`. */
function fileNameOf(url: string): string | undefined {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined;
  if (!last || !DATA_FILE.test(last)) return undefined;
  const name = decoded(last).replace(DATA_FILE, '').trim();
  return isReadable(name) ? name : undefined;
}

/** Two letters together, and no hash. */
const isReadable = (name: string): boolean =>
  /\p{L}{2}/u.test(name) && !USUAL.test(name) && !/^[0-9a-f-]{16,}$/i.test(name);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
