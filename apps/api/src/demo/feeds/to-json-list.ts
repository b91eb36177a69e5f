import type { DemoStory, Publication } from './publication.js';

/** A nested list with unusual names in a JSON document, like the API of a news agency. */
export function toJsonList({ name }: Publication, { stories }: { stories: readonly DemoStory[] }): string {
  const items = stories.map((story) => ({
    id: story.id,
    headline: story.title,
    teaser: story.summary,
    byline: story.author,
    desk: story.section,
    keywords: story.topics,
    sent_at: story.publishedAt.toISOString(),
    link: story.url,
    photo: { url: story.imageUrl, credit: name },
  }));
  return `${JSON.stringify({ service: name, count: items.length, items }, null, 2)}\n`;
}
