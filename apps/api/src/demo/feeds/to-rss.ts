import { escapeXml } from './escape-xml.js';
import type { DemoStory, Publication } from './publication.js';

/** RSS 2.0 with Dublin Core and Media RSS, as newspapers publish it. */
export function toRss(
  { name, about, everyMinutes }: Publication,
  { stories, baseUrl }: { stories: readonly DemoStory[]; baseUrl: string },
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>${escapeXml(name)}</title>
    <link>${baseUrl}</link>
    <description>${escapeXml(about)}</description>
    <ttl>${everyMinutes}</ttl>
${stories.map(item).join('\n')}
  </channel>
</rss>
`;
}

function item({
  id,
  title,
  url,
  publishedAt,
  author,
  section,
  topics,
  summary,
  imageUrl,
}: DemoStory): string {
  const categories = [section, ...topics].map((name) => `<category>${escapeXml(name)}</category>`);
  return `    <item>
      <title>${escapeXml(title)}</title>
      <link>${url}</link>
      <guid isPermaLink="false">${id}</guid>
      <pubDate>${publishedAt.toUTCString()}</pubDate>
      <dc:creator>${escapeXml(author)}</dc:creator>
      ${categories.join('\n      ')}
      <description><![CDATA[<p>${escapeXml(summary)}</p>]]></description>
      <media:content url="${imageUrl}" medium="image" />
    </item>`;
}
