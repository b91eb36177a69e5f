import { createHash } from 'node:crypto';

export interface DemoFeed {
  readonly xml: string;
  readonly etag: string;
  readonly lastModified: string;
}

const MINUTE_MS = 60_000;
const SHOWN_STORIES = 12;
/** A story gets a correction after this many minutes, so that there is something that changed. */
const CORRECTED_AFTER = 7;

const PLACES = [
  'Harbour',
  'Old Town',
  'North Quay',
  'Market Square',
  'Lighthouse',
  'Ferry Pier',
  'Canal Street',
];
const SUBJECTS = [
  'night train',
  'bakery',
  'library',
  'sailing school',
  'bicycle bridge',
  'weather station',
  'choir',
];
const DEEDS = ['opens early', 'finds a new home', 'sets a record', 'asks for helpers', 'turns one hundred'];
const SECTIONS = ['City', 'Culture', 'Transport', 'Sea'];
const AUTHORS = ['Ada Brook', 'Kofi Lund', 'Mira Sato', 'Jonas Weir'];

/** An RSS feed of a made-up newspaper: a new story every minute, and each one is corrected once. */
export function demoFeed({ now, baseUrl }: { now: Date; baseUrl: string }): DemoFeed {
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  const items = Array.from({ length: SHOWN_STORIES }, (_, age) =>
    storyXml({ number: minute - age, age, baseUrl }),
  );
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>The Inlet Gazette</title>
    <link>${baseUrl}</link>
    <description>A made-up newspaper with a new story every minute</description>
    <ttl>1</ttl>
${items.join('\n')}
  </channel>
</rss>
`;
  const digest = createHash('sha256').update(xml).digest('base64url').slice(0, 16);
  return { xml, etag: `"${digest}"`, lastModified: new Date(minute * MINUTE_MS).toUTCString() };
}

function storyXml({ number, age, baseUrl }: { number: number; age: number; baseUrl: string }): string {
  const title = `${pick(PLACES, number)} ${pick(SUBJECTS, number * 3)} ${pick(DEEDS, number * 5)}`;
  const correction =
    age >= CORRECTED_AFTER ? ' <b>Corrected:</b> an earlier version got the time wrong.' : '';
  return `    <item>
      <title>${title}</title>
      <link>${baseUrl}/demo/stories/${number}</link>
      <guid isPermaLink="false">story-${number}</guid>
      <pubDate>${new Date(number * MINUTE_MS).toUTCString()}</pubDate>
      <dc:creator>${pick(AUTHORS, number * 7)}</dc:creator>
      <category>${pick(SECTIONS, number)}</category>
      <category>${pick(PLACES, number)}</category>
      <description><![CDATA[<p>What happened at ${pick(PLACES, number)} &amp; why it matters.${correction}</p>]]></description>
      <media:content url="${baseUrl}/demo/pictures/${number % 9}.jpg" medium="image" />
    </item>`;
}

const pick = (words: readonly string[], number: number): string => words[number % words.length]!;
