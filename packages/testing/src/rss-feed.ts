/** An item of a test feed: child elements by name; undefined ones are left out. */
export type FeedItem = Readonly<Record<string, string | undefined>>;

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** An RSS 2.0 document with the given items. */
export function rssFeed(items: readonly FeedItem[]): string {
  const elements = items.map((item) => {
    const children = Object.entries(item).flatMap(([name, text]) =>
      text === undefined ? [] : [`<${name}>${escapeXml(text)}</${name}>`],
    );
    return `<item>${children.join('')}</item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Test</title>${elements.join('')}</channel></rss>`;
}
