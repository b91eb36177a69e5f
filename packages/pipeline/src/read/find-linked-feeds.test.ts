import { describe, expect, it } from 'vitest';
import { findLinkedFeeds } from './find-linked-feeds.js';

const urls = (html: string, baseUrl: string | null = null) =>
  findLinkedFeeds(html, baseUrl).map(({ url }) => url);

describe('the feeds that a page links to', () => {
  it('come in the order of the page, declared ones before anchors, each once', () => {
    const html = `<a href="/feed/">x</a><link rel=alternate type=application/atom+xml href=/a.atom>
      <link rel="Alternate" type="APPLICATION/RSS+XML" href="/b.rss"><link rel=alternate type=application/atom+xml href=/a.atom>
      <a href="/b.rss">again</a><a href="/posts.rss?x=1&amp;y=2" title="T">y</a>`;
    expect(findLinkedFeeds(html, 'https://s.example/')).toEqual([
      { url: 'https://s.example/a.atom', title: null, type: 'application/atom+xml' },
      { url: 'https://s.example/b.rss', title: null, type: 'application/rss+xml' },
      { url: 'https://s.example/feed/', title: 'x', type: 'application/rss+xml' },
      { url: 'https://s.example/posts.rss?x=1&y=2', title: 'T', type: 'application/rss+xml' },
    ]);
  });

  it('are those that can be fetched', () => {
    const html = `<a href="feed:https://a.example/rss">1</a><a href="feed://b.example/rss">2</a>
      <a href="javascript:rss()">3</a><a href="mailto:rss@c.example">4</a><a href="http://[bad/rss">5</a>`;
    expect(urls(html, 'https://s.example/')).toEqual(['https://a.example/rss', 'http://b.example/rss']);
  });

  it('are given as they stand where nobody knows the address of the page', () => {
    expect(urls('<link rel="alternate" type="application/rss+xml" href="/feed.xml">')).toEqual(['/feed.xml']);
  });

  it('are not pages that merely speak of feeding', () => {
    const html = '<a href="/feedback">a</a><a href="/press">b</a><a href="/atomic-habits">c</a>';
    expect(urls(html, 'https://s.example/')).toEqual([]);
  });

  it('are found in bounded time in a page made to be slow', () => {
    const pages = [
      '<a '.repeat(100_000),
      `<a ${'x'.repeat(400_000)}>`,
      '<!--'.repeat(100_000),
      '<script>'.repeat(50_000),
    ];
    for (const page of pages) expect(urls(page, 'https://s.example/')).toEqual([]);
  });
});
