import type { LinkedFeed } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { nameFromLatin1 } from './namespace-scope.js';
import { decodeReferences } from './references.js';
import { walkXml } from './walk-xml.js';

const MOST_FEEDS = 200;
const MOST_LEVELS = 200;

/** Throws `source_opml` with the feeds that an OPML document lists; does nothing for any other document. */
export function refuseFeedList(head: Buffer): void {
  const feeds = findOpmlFeeds(head);
  if (feeds.length > 0) throw new InletError('source_opml', { extra: { feeds } });
}

/** The feeds that an OPML document lists, in its order; [] for any other document. */
function findOpmlFeeds(head: Buffer): LinkedFeed[] {
  const text = head.toString('latin1');
  if (!/<opml[\s>]/i.test(text.slice(0, 4096))) return [];
  const feeds = new Map<string, LinkedFeed>();
  let depth = 0;
  let isOpml = false;
  walkXml(
    { bytes: head, text, maxDepth: MOST_LEVELS },
    {
      onOpen: ({ name }, attributes) => {
        if (depth === 0) isOpml = name.toLowerCase() === 'opml';
        depth += 1;
        if (!isOpml || name.toLowerCase() !== 'outline' || feeds.size >= MOST_FEEDS) return;
        const values = new Map<string, string>();
        for (const attribute of attributes()) {
          const raw = text.slice(attribute.valueStart, attribute.valueEnd);
          values.set(attribute.name.toLowerCase(), decodeReferences(nameFromLatin1(raw)).trim());
        }
        const url = values.get('xmlurl') ?? '';
        if (!/^https?:\/\//i.test(url) || feeds.has(url)) return;
        const title = values.get('title') || values.get('text') || null;
        feeds.set(url, { url, title, type: `application/${values.get('type')?.toLowerCase() || 'rss'}+xml` });
      },
      onClose: () => {
        depth -= 1;
      },
    },
  );
  return [...feeds.values()];
}
