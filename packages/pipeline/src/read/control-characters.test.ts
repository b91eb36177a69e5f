import { describe, expect, it } from 'vitest';
import { readAll } from '../../test/sources.js';

const RSS = { recordPath: '/rss/channel/item', paths: ['title', 'link/@href'] };
const LIST = { recordPath: '/', paths: ['t'] };

describe('control characters', () => {
  it.each<[string, string, string]>([
    ['are removed from JSON', '[{"t":"a\u0000b"}]', 'ab'],
    ['are removed from escapes in JSON', String.raw`[{"t":"bell\u0007 a\u0000b"}]`, 'bell ab'],
    ['are removed from CSV', 't,n\nbe\u0008ll,1\n', 'bell'],
    ['are removed from quoted cells', 't,n\n"be\u0000ll, ""x""",1\n', 'bell, "x"'],
    ['of word processors are spaces', '[{"t":"one\u000btwo\\fthree"}]', 'one two three'],
    ['of windows-1252 are its characters', '[{"t":"don\u0092t \u0093x\u0094 \u0080"}]', 'don’t “x” €'],
    ['of windows-1252 in escapes are its characters', String.raw`[{"t":"don\u0092t"}]`, 'don’t'],
    ['that windows-1252 does not have are removed', '[{"t":"a\u0081b"}]', 'ab'],
  ])('%s', async (_, text, expected) => {
    for (const size of [1, 7, 65_536]) {
      const { rows, facts } = await readAll(text, LIST, size);
      expect(rows).toEqual([[expected]]);
      expect(facts.warnings.map(({ code }) => code)).toEqual(['control_characters']);
    }
  });

  it('are removed from the text, attributes and references of XML', async () => {
    const item = '<item><title>be\u0008ll &#1;x don\u0092t</title><link href="a&#x2;b"/></item>';
    for (const size of [1, 7, 65_536]) {
      const { rows, facts } = await readAll(`<rss><channel>${item}</channel></rss>`, RSS, size);
      expect(rows).toEqual([['bell x don’t', 'ab']]);
      expect(facts.warnings.map(({ code }) => code)).toEqual(['control_characters']);
    }
  });

  it('are kept if they separate the cells of CSV', async () => {
    const parseOptions = { format: 'csv', csv: { delimiter: '\u0001' } } as const;
    const { rows, facts } = await readAll('t\u0001n\na\u0001b\n', { ...LIST, paths: ['n'], parseOptions });
    expect(rows).toEqual([['b']]);
    expect(facts.warnings).toEqual([]);
  });

  it('do not include tabs and line ends', async () => {
    const { rows, facts } = await readAll('[{"t":"a\\tb\\r\\nc é\u00a0«»"}]', LIST);
    expect(rows).toEqual([['a\tb\r\nc é\u00a0«»']]);
    expect(facts.warnings).toEqual([]);
  });
});
