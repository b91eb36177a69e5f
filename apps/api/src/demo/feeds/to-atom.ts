import { escapeXml } from './escape-xml.js';
import type { DemoStory, Publication } from './publication.js';

/** Atom 1.0 (RFC 4287) with Media RSS. */
export function toAtom(
  { slug, name, about }: Publication,
  { stories, baseUrl }: { stories: readonly DemoStory[]; baseUrl: string },
): string {
  const updated = stories[0]?.publishedAt.toISOString() ?? new Date(0).toISOString();
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
  <id>urn:demo:${slug}</id>
  <title>${escapeXml(name)}</title>
  <subtitle>${escapeXml(about)}</subtitle>
  <link href="${baseUrl}" />
  <updated>${updated}</updated>
${stories.map(entry).join('\n')}
</feed>
`;
}

function entry({ id, title, url, publishedAt, author, topics, summary, imageUrl }: DemoStory): string {
  const categories = topics.map((topic) => `<category term="${escapeXml(topic)}" />`);
  return `  <entry>
    <id>urn:demo:${id}</id>
    <title>${escapeXml(title)}</title>
    <link href="${url}" />
    <published>${publishedAt.toISOString()}</published>
    <updated>${publishedAt.toISOString()}</updated>
    <author><name>${escapeXml(author)}</name></author>
    ${categories.join('\n    ')}
    <summary>${escapeXml(summary)}</summary>
    <media:content url="${imageUrl}" medium="image" />
  </entry>`;
}
