import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripHtml } from './strip-html.js';

describe('stripHtml', () => {
  it.each([
    ['plain text', 'plain text'],
    ['<p>One</p><p>Two</p>', 'One Two'],
    ['a<br>b<br/>c', 'a b c'],
    ['un<b>believ</b>able', 'unbelievable'],
    ['<ul><li>a</li>\n  <li>b</li></ul>', 'a b'],
    ['x<!-- <p>no</p> -->y', 'xy'],
    ['<script>if (a < b) document.write("<p>")</script>text', 'text'],
    ['<STYLE type="a>b">p{}</Style >text', 'text'],
    ['<a title="a > b" href=\'x>y\'>link</a>', 'link'],
    ['1 < 2 and a<3', '1 < 2 and a<3'],
    ['fish &amp; chips &lt;b&gt; caf&eacute; &#8211; &#x1F600;', 'fish & chips <b> café – 😀'],
    ['a&nbsp;&nbsp;b', 'a b'],
    ['AT&T &unknown; R&D', 'AT&T &unknown; R&D'],
    ['<!DOCTYPE html><?xml version="1.0"?>x<![CDATA[y]]>', 'x'],
    ['<img src="a.jpg"/>Some <b>text</b>', 'Some text'],
    ['before<a href="never closed', 'before'],
    ['before<!-- never closed', 'before'],
    ['before<script>never closed', 'before'],
    ['x</p>y</>', 'x y'],
    ['a<!-->b<!--->c', 'abc'],
    ['<title>a<b>c</title>', 'a<b>c'],
    ['<textarea><p>x</p></textarea>', '<p>x</p>'],
    ['a<iframe><p>x</p></iframe>b', 'ab'],
  ])('turns %j into text', (html, text) => {
    expect(stripHtml(html)).toBe(text);
  });

  it('removes each script, whatever came before it', () => {
    expect(stripHtml('<script>1</script>a<script>2</script>b')).toBe('ab');
    expect(stripHtml('<script>1</script>c')).toBe('c');
  });

  it('keeps text without tags, entities and runs of white space', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zäöü0-9.,;>"'-]{1,9}$/)), (words) => {
        expect(stripHtml(words.join(' '))).toBe(words.join(' '));
      }),
    );
  });

  it.each(['<', '<a ', '<a "', '<!--', '<script>', "<a b='", '&', '</', '<b>'])(
    'takes linear time for many %j',
    (piece) => {
      expect(stripHtml(piece.repeat(200_000)).length).toBeLessThanOrEqual(piece.length * 200_000);
    },
  );
});
