import { generatedFile } from './generated-file.mjs';
import { randomFrom, WORDS } from './random.mjs';

/**
 * Returns the path and size in bytes of an RSS feed with namespaces, CDATA and attributes, about 1,400 bytes an item.
 * The file is generated once and kept.
 */
export async function generatedFeed(items) {
  return generatedFile(`feed-${items}.xml`, () => feedChunks(items));
}

function* feedChunks(items) {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:g="http://base.google.com/ns/1.0"><channel>
<title>Generated shop</title><link>https://shop.example</link><description>For measuring</description>\n`;
  const random = randomFrom(42);
  for (let first = 0; first < items; first += 500) {
    let chunk = '';
    for (let number = first; number < Math.min(items, first + 500); number += 1)
      chunk += item(number, random);
    yield chunk;
  }
  yield '</channel></rss>\n';
}

function item(number, random) {
  const text = (count) =>
    Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  const price = (random() * 900 + 1).toFixed(2);
  const day = new Date(1_700_000_000_000 + number * 60_000).toUTCString();
  return `<item><title>${text(6)} &amp; ${text(2)} é ${number}</title>
<link>https://shop.example/p/${number}?ref=feed&amp;v=2</link><guid isPermaLink="false">sku-${number}</guid>
<pubDate>${day}</pubDate><dc:creator><![CDATA[${text(2)}]]></dc:creator>
<category domain="a">${text(1)}</category><category domain="b">${text(1)}</category>
<g:price>${price} EUR</g:price><g:id>${number}</g:id><g:availability>in stock</g:availability>
<media:content url="https://cdn.example/i/${number}.jpg" medium="image" width="640" height="480"><media:title>${text(3)}</media:title></media:content>
<description><![CDATA[<p>${text(40)} <b>${text(3)}</b> &amp; ${text(10)}</p>]]></description>
<content:encoded><![CDATA[<div class="x">${text(60)}</div>]]></content:encoded></item>\n`;
}
