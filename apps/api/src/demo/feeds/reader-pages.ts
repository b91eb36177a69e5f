import { DEMO_FEEDS } from './demo-feeds.js';
import { escapeXml } from './escape-xml.js';
import type { DemoStory, Publication } from './publication.js';

const STYLE = `:root{color-scheme:light dark}body{max-width:40rem;margin:4rem auto;padding:0 1.5rem;font:18px/1.65 Georgia,serif}
h1{line-height:1.2;margin:.4em 0}.kicker,footer{font:14px/1.5 system-ui,sans-serif;opacity:.75}img{width:100%;height:auto;border-radius:8px}
code{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}`;

/** The page that a story links to. */
export function storyPage(story: DemoStory, { name }: Publication): string {
  const { title, section, author, publishedAt, imageUrl, summary } = story;
  return page({
    title,
    head: '',
    body: `<p class="kicker">${escapeXml(name)} · ${escapeXml(section)}</p>
<h1>${escapeXml(title)}</h1>
<p class="kicker">${escapeXml(author)}, <time datetime="${publishedAt.toISOString()}">${publishedAt.toUTCString()}</time></p>
<img src="${escapeXml(imageUrl)}" alt="" width="640" height="400">
<p>${escapeXml(summary)}</p>
<footer>This newspaper, its people and its places are made up for the demo of Inlet.</footer>`,
  });
}

/** A page that links to feeds, like the front pages of newspapers: its address works in the wizard too. */
export function feedPage({ baseUrl }: { baseUrl: string }): string {
  const feeds = DEMO_FEEDS.map((feed) => ({
    ...feed,
    title: escapeXml(feed.publication.name),
    url: `${baseUrl}/demo/feeds/${feed.file}`,
    type: feed.contentType.split(';', 1)[0],
  }));
  return page({
    title: 'Newspapers of the harbour',
    head: feeds
      .map(({ title, url, type }) => `<link rel="alternate" type="${type}" title="${title}" href="${url}">`)
      .join('\n'),
    body: `<h1>Newspapers of the harbour</h1>
<p>This page offers the feeds of the demo.</p>
<ul>${feeds.map(({ title, url, format }) => `<li><a href="${url}">${title}</a> (${format})<br><code>${url}</code></li>`).join('\n')}</ul>`,
  });
}

/** `head` and `body` are HTML. */
interface PageParts {
  readonly title: string;
  readonly head: string;
  readonly body: string;
}

function page({ title, head, body }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
${head}
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
