import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/decoded.js';
import { detectJson } from './detect-json.js';

describe('the kind of JSON', () => {
  it.each([
    ['an object', '{"a": 1}', 'json'],
    ['an object that is cut off', '{"a": [1, 2', 'json'],
    ['an empty object', ' { } ', 'json'],
    ['a list', '\n[ {"a": 1} ]', 'json'],
    ['a list that is cut off', '[{"a": "b', 'json'],
    ['a list with an object a line', '[\n{"a":1},\n{"a":2},\n{"a":3},\n', 'json'],
    ['an object that is no JSON further on', '{"a": nope}', 'json'],
    ['a list followed by something else', '[1]\n<!-- -->', 'json'],
    ['a feed', '{"version": "https://jsonfeed.org/version/1", "items": []}', 'json_feed'],
    [
      'a feed that is cut off',
      '{"title": "x", "version": "https://jsonfeed.org/version/1.1", "items": [{"a',
      'json_feed',
    ],
    ['an object with another version', '{"version": "1.1", "items": []}', 'json'],
    ['lines', '{"a": 1}\n{"a": 2}\n', 'ndjson'],
    ['lines, the last cut off', '{"a": 1}\n{"a', 'ndjson'],
    ['lines, the first bad', '{"a": \n{"a": 2}\n{"a": 3}\n', 'ndjson'],
    ['lines of lists', '[1, 2]\n[3, 4]\n', 'ndjson'],
    ['documents without lines', '{"a": 1}{"a": 2}', 'ndjson'],
    ['CSV', 'a,b\n1,2\n', null],
    ['a word in brackets', '[section]\nkey=value\n', null],
    ['a template', '{{ title }}', null],
    ['a number', '42', null],
    ['nothing', '', null],
  ])('of %s', (_, text, kind) => {
    expect(detectJson(text)).toBe(kind);
  });

  it.each([
    ['feed-1.1.json', 'json_feed'],
    ['numbers-beyond-doubles.json', 'json'],
    ['truncated.json', 'json'],
    ['trailing-commas.json', 'json'],
    ['bad-line.ndjson', 'ndjson'],
    ['first-line-bad.ndjson', 'ndjson'],
    ['printed-for-people.ndjson', 'ndjson'],
  ])('of %s', (name, kind) => {
    expect(detectJson(fixture(name).toString())).toBe(kind);
  });
});
