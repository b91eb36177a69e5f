import { describe, expect, it } from 'vitest';
import { detectFormat } from './detect-format.js';

const formatOf = (text: string) => detectFormat(Buffer.from(text)).format;

describe('the format', () => {
  it.each([
    ['<rss version="2.0">', 'rss'],
    ['\n <?xml version="1.0"?><!-- <feed> --><?pi <a>?><rss>', 'rss'],
    ['<!DOCTYPE rss SYSTEM "a.dtd"><rss version="0.91">', 'rss'],
    ['<feed xmlns="http://www.w3.org/2005/Atom">', 'atom'],
    ["<a:feed a='b' xmlns:a='http://www.w3.org/2005/Atom'>", 'atom'],
    ['<feed xmlns="http://purl.org/atom/ns#" version="0.3">', 'atom'],
    ['<feed xmlns="https://www.w3.org/2005/atom">', 'atom'],
    ['<feed><entry><id>1</id></entry></feed>', 'atom'],
    ['<feed><product><id>1</id></product></feed>', 'xml'],
    ['<feed xmlns="urn:products"><entry/></feed>', 'xml'],
    [
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">',
      'rdf',
    ],
    ['<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:o="urn:ontology">', 'xml'],
    ['<catalog><p/></catalog>', 'xml'],
    ['<!doctype html><html><body>', 'html'],
    ['<!-- x --><HTML lang="en">', 'html'],
    ['<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', 'html'],
    ['<h1>404 Not Found</h1>', 'html'],
    ['<script>location = "/login"</script>', 'html'],
    ['{"version": "https:\\/\\/jsonfeed.org\\/version\\/1", "items": []}', 'json_feed'],
    ['{"version": "1", "items": []}', 'json'],
    ['[1, 2]', 'json'],
    ['[{"a": "}\\"]\\n{"}]\n', 'json'],
    ['{"a": {"b": "}"}}\n{"a": 2}', 'ndjson'],
    ['{"a": 1}\r\n\r\n{"a": 2}', 'ndjson'],
    ['{"a": "unfinished', 'json'],
    ['a;b\n1;2', 'csv'],
    ['"<rss>",b', 'csv'],
    ['one,<?xml version="1.0"?> is how XML begins,three', 'csv'],
  ])('of %j is %s', (text, format) => {
    expect(formatOf(text)).toBe(format);
  });

  it('is that of the feed behind the warnings of a script', () => {
    const junk = 'Warning: Undefined index in feed.php on line 3\n';
    expect(detectFormat(Buffer.from(`${junk}<?xml version="1.0"?><rss>`))).toEqual({
      format: 'rss',
      junkBytes: junk.length,
    });
    expect(formatOf('<br />\n<b>Notice</b>: x<br />\n<rss version="2.0">')).toBe('rss');
    expect(formatOf('<html><body><p>An <rss> tag</p>')).toBe('html');
  });
});
