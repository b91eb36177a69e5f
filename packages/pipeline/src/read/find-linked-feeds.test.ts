import { describe, expect, it } from 'vitest';
import { findLinkedFeeds } from './find-linked-feeds.js';

const urls = (html: string, baseUrl: string | null = null) =>
  findLinkedFeeds(html, baseUrl).map(({ url }) => url);

describe('findLinkedFeeds', () => {
  it('lists each feed once in the order of the page, declared ones before anchors', () => {
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

  it('leaves out addresses that cannot be fetched', () => {
    const html = `<a href="feed:https://a.example/rss">1</a><a href="feed://b.example/rss">2</a>
      <a href="javascript:rss()">3</a><a href="mailto:rss@c.example">4</a><a href="http://[bad/rss">5</a>`;
    expect(urls(html, 'https://s.example/')).toEqual(['https://a.example/rss', 'http://b.example/rss']);
  });

  it('keeps relative addresses if the address of the page is unknown', () => {
    expect(urls('<link rel="alternate" type="application/rss+xml" href="/feed.xml">')).toEqual(['/feed.xml']);
  });

  it('leaves out pages with similar words in their address', () => {
    const html = '<a href="/feedback">a</a><a href="/press">b</a><a href="/atomic-habits">c</a>';
    expect(urls(html, 'https://s.example/')).toEqual([]);
  });

  it('reads tags as browsers do: comments, scripts and templates hold none, quotes may hold a ">"', () => {
    const html = `<!-- <a href="/a.rss">a</a> --><script>'<a href="/b.rss">'</script><template><a href="/c.rss">c</a></template>
      <a title="x > y" HREF='/d.rss' href="/e.rss">d</a><a href=/f.rss>F &amp;<b>g</b></a>`;
    expect(findLinkedFeeds(html, 'https://s.example/')).toEqual([
      { url: 'https://s.example/d.rss', title: 'x > y', type: 'application/rss+xml' },
      { url: 'https://s.example/f.rss', title: 'F &', type: 'application/rss+xml' },
    ]);
  });

  it('takes linear time for pages made to be slow', () => {
    const pages = [
      '<a '.repeat(100_000),
      `<a ${'x'.repeat(400_000)}>`,
      '<!--'.repeat(100_000),
      '<script>'.repeat(50_000),
      '<b>'.repeat(300_000),
      '<template>'.repeat(100_000),
    ];
    for (const page of pages) expect(urls(page, 'https://s.example/')).toEqual([]);
  });
});
