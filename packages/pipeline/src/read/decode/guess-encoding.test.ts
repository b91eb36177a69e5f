import { describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { outlineSource } from '../outline-source.js';

/** Texts and their bytes in encodings that Node cannot write. */
const LEGACY: readonly (readonly [encoding: string, text: string, hex: string])[] = [
  ['windows-1251', 'Новости дня: этот заголовок', 'cdeee2eef1f2e820e4edff3a20fdf2eef220e7e0e3eeebeee2eeea'],
  [
    'koi8-r',
    'Новости дня: этот заголовок новости',
    'eecfd7cfd3d4c920c4ced13a20dcd4cfd420dac1c7cfcccfd7cfcb20cecfd7cfd3d4c9',
  ],
  ['windows-1253', 'Ελληνικά νέα σήμερα', 'c5ebebe7ede9eadc20eddde120f3deece5f1e1'],
  [
    'windows-1254',
    'İstanbul Büyükşehir Belediyesi çalışmaları',
    'dd7374616e62756c2042fc79fc6bfe656869722042656c6564697965736920e7616cfdfe6d616c6172fd',
  ],
  [
    'windows-1257',
    'Latvijas jaunākās ziņas: Rīgā notiek pasākumi šodien',
    '4c617476696a6173206a61756ee26be273207a69f261733a2052ee67e2206e6f7469656b20706173e26b756d6920f06f6469656e',
  ],
  [
    'windows-1258',
    'Tin tức Việt Nam hôm nay: thời tiết Hà Nội',
    '54696e2074fdec63205669eaf274204e616d2068f46d206e61793a207468f5cc69207469eaec742048e0204ef4f269',
  ],
  ['windows-1255', 'חדשות היום, ישראל', 'e7e3f9e5fa20e4e9e5ed2c20e9f9f8e0ec'],
  ['windows-1256', 'أخبار اليوم العاجلة', 'c3cec8c7d120c7e1ede6e320c7e1dac7cce1c9'],
  [
    'windows-1250',
    'Příliš žluťoučký kůň úpěl ďábelské ódy',
    '50f8ed6c699a209e6c759d6f75e86bfd206bf9f220fa70ec6c20efe162656c736be920f36479',
  ],
  ['shift_jis', '日本のニュース、今日の天気', '93fa967b82cc836a8385815b835881418da193fa82cc93568b43'],
  ['euc-jp', '日本のニュース、今日の天気', 'c6fccbdca4cea5cba5e5a1bca5b9a1a2baa3c6fca4cec5b7b5a4'],
  ['gb18030', '今日新闻：中国北京天气预报', 'bdf1c8d5d0c2cec5a3bad6d0b9fab1b1bea9ccecc6f8d4a4b1a8'],
  ['big5', '今日新聞：台灣天氣預報', 'a4b5a4e9b773bb44a147a578c657a4d1aef0b977b3f8'],
  ['euc-kr', '오늘의 뉴스, 서울 날씨', 'bfc0b4c3c0c720b4babdba2c20bcadbfef20b3afbebe'],
];

const RSS = { recordPath: '/rss/channel/item', paths: ['title'] };

const feedOf = (hex: string): Buffer =>
  Buffer.concat([
    Buffer.from('<?xml version="1.0"?>\n<rss version="2.0"><channel><title>News</title><item><title>'),
    Buffer.from(hex, 'hex'),
    Buffer.from('</title><link>https://example.org/1</link></item></channel></rss>'),
  ]);

describe('a file in a legacy encoding that does not say so', () => {
  it.each(LEGACY)('is read as %s', async (encoding, text, hex) => {
    for (const size of [1, 7, 65_536]) {
      const { rows, facts } = await readAll(feedOf(hex), RSS, size);
      expect(rows).toEqual([[text]]);
      expect(facts.encoding).toBe(encoding);
      expect(facts.warnings.map(({ code }) => code)).toEqual(['encoding_guessed']);
    }
  });

  it.each(LEGACY)('is not guessed if it says that it is %s', async (encoding, text, hex) => {
    const declared = await readAll(feedOf(hex), { ...RSS, parseOptions: { encoding } });
    expect(declared.rows).toEqual([[text]]);
    expect(declared.facts.warnings).toEqual([]);
  });

  it('keeps the guess of the outline for later runs', async () => {
    const { outline } = await outlineSource(inChunks(feedOf(LEGACY[0]![2])));
    expect(outline.parseOptions.encoding).toBe('windows-1251');
  });

  it.each([
    ['French', 'Les \xe9l\xe8ves fran\xe7ais \xe0 l\x92\xe9cole', 'Les élèves français à l’école'],
    ['Spanish', 'Espa\xf1a ma\xf1ana, un ni\xf1o peque\xf1o', 'España mañana, un niño pequeño'],
    [
      'German',
      'M\xfcller & S\xf6hne: \x93Gr\xf6\xdfe\x94 f\xfcr \xc4rzte',
      'Müller & Söhne: “Größe” für Ärzte',
    ],
    ['Danish', 'S\xf8ren g\xe5r p\xe5 \xe6bler i K\xf8benhavn', 'Søren går på æbler i København'],
    ['a price', 'prix 10 \x80', 'prix 10 €'],
  ])('is read as windows-1252 if it is %s', async (_, latin1, text) => {
    const { rows } = await readAll(feedOf(Buffer.from(latin1, 'latin1').toString('hex')), RSS);
    expect(rows).toEqual([[text]]);
  });
});

describe('a multi-byte charset in the header over valid UTF-8', () => {
  const item = (title: string, declaration = '') =>
    `${declaration}<rss version="2.0"><channel><item><title>${title}</title></item></channel></rss>`;

  it.each(['gbk', 'gb2312', 'gb18030', 'big5', 'shift_jis', 'euc-kr', 'euc-jp'])(
    'is ignored with a warning: %s',
    async (charset) => {
      for (const [title, declaration] of [
        ['Müller 中文', '<?xml version="1.0" encoding="UTF-8"?>'],
        ['中文', ''],
        ['Müller', ''],
      ] as const) {
        const hints = { charset, baseUrl: null };
        const { rows, facts } = await readAll(item(title, declaration), { ...RSS, hints });
        expect(rows).toEqual([[title]]);
        expect(facts.encoding).toBe('utf-8');
        expect(facts.warnings.map(({ code }) => code)).toEqual(['encoding_mismatch']);
      }
    },
  );

  it('is believed if the bytes could be UTF-8 only by chance', async () => {
    // In GBK a Chinese character, in UTF-8 a letter of Latin Extended.
    const bytes = Buffer.concat([Buffer.from('{"title":"'), Buffer.of(0xc4, 0xa3), Buffer.from('"}')]);
    const hints = { charset: 'gbk', baseUrl: null };
    const { rows } = await readAll(bytes, { recordPath: '/', paths: ['title'], hints });
    expect(rows).toEqual([['模']]);
  });
});
