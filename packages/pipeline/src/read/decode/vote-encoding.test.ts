import { describe, expect, it } from 'vitest';
import { transcodeWindows1252 } from '../windows-1252.js';
import { voteEncoding } from './vote-encoding.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

async function readAs(bytes: Buffer, locale: string | undefined): Promise<string> {
  const encoding = await voteEncoding(bytes, locale);
  // The decoder of Node 20 lacks the signs of windows-1252.
  return encoding === 'windows-1252'
    ? transcodeWindows1252(bytes).toString()
    : new TextDecoder(encoding).decode(bytes);
}

/** Texts, their bytes, and the languages of people who have such files. */
const FILES: readonly (readonly [text: string, bytes: Buffer, locales: readonly string[]])[] = [
  [
    'Новости дня: этот заголовок',
    hex('cdeee2eef1f2e820e4edff3a20fdf2eef220e7e0e3eeebeee2eeea'),
    ['ru', 'uk', 'en'],
  ],
  [
    'Новости дня: этот заголовок новости',
    hex('eecfd7cfd3d4c920c4ced13a20dcd4cfd420dac1c7cfcccfd7cfcb20cecfd7cfd3d4c9'),
    ['ru', 'en'],
  ],
  ['Ελληνικά νέα σήμερα', hex('c5ebebe7ede9eadc20eddde120f3deece5f1e1'), ['el', 'en']],
  [
    'İstanbul Büyükşehir Belediyesi çalışmaları',
    hex('dd7374616e62756c2042fc79fc6bfe656869722042656c6564697965736920e7616cfdfe6d616c6172fd'),
    ['tr', 'en'],
  ],
  [
    'Latvijas jaunākās ziņas: Rīgā notiek pasākumi šodien',
    hex(
      '4c617476696a6173206a61756ee26be273207a69f261733a2052ee67e2206e6f7469656b20706173e26b756d6920f06f6469656e',
    ),
    ['lv'],
  ],
  ['חדשות היום, ישראל', hex('e7e3f9e5fa20e4e9e5ed2c20e9f9f8e0ec'), ['he', 'en']],
  ['أخبار اليوم العاجلة', hex('c3cec8c7d120c7e1ede6e320c7e1dac7cce1c9'), ['ar', 'en']],
  [
    'Příliš žluťoučký kůň úpěl ďábelské ódy',
    hex('50f8ed6c699a209e6c759d6f75e86bfd206bf9f220fa70ec6c20efe162656c736be920f36479'),
    ['cs', 'pl-PL'],
  ],
  ['日本のニュース、今日の天気', hex('93fa967b82cc836a8385815b835881418da193fa82cc93568b43'), ['ja', 'en']],
  ['日本のニュース、今日の天気', hex('c6fccbdca4cea5cba5e5a1bca5b9a1a2baa3c6fca4cec5b7b5a4'), ['ja', 'en']],
  [
    '今日新闻：中国北京天气预报',
    hex('bdf1c8d5d0c2cec5a3bad6d0b9fab1b1bea9ccecc6f8d4a4b1a8'),
    ['zh-CN', 'en'],
  ],
  ['今日新聞：台灣天氣預報', hex('a4b5a4e9b773bb44a147a578c657a4d1aef0b977b3f8'), ['zh-TW', 'en']],
  ['오늘의 뉴스, 서울 날씨', hex('bfc0b4c3c0c720b4babdba2c20bcadbfef20b3afbebe'), ['ko']],
  ['José;Ann', latin1('Jos\xe9;Ann'), ['en', 'de', 'es', 'pl', 'ru', 'ja', 'tr']],
  ['Straße;Müller;Köln', latin1('Stra\xdfe;M\xfcller;K\xf6ln'), ['de', 'en', 'pl', 'ru']],
  ['5 €; 7 €', latin1('5 \x80; 7 \x80'), ['de', 'en', 'fr']],
  ['l’été – “Été”', latin1('l\x92\xe9t\xe9 \x96 \x93\xc9t\xe9\x94'), ['fr', 'en']],
  ['GRÜN;MÜNCHEN', latin1('GR\xdcN;M\xdcNCHEN'), ['de', 'en']],
  [
    'Hélène Orléans, Gaël François',
    latin1('H\xe9l\xe8ne Orl\xe9ans, Ga\xebl Fran\xe7ois'),
    ['fr', 'en', 'de'],
  ],
  // Written by Excel on a Mac.
  ['Müller;José;Châteauroux', hex('4d9f6c6c65723b4a6f738e3b436889746561' + '75726f7578'), ['de', 'en', 'fr']],
  // A few words only: the language decides.
  ['Ян', hex('dfed'), ['ru']],
  ['東京', hex('938c8b9e'), ['ja']],
  ['Łódź;Żółw', hex('a3f364' + '9f3baff3b377'), ['pl']],
  ['Győr', hex('4779f572'), ['hu']],
];

describe('the encoding of a file that does not say it', () => {
  for (const [text, bytes, locales] of FILES)
    it.each(locales)(`lets "${text}" be read by a person whose language is %s`, async (locale) => {
      expect(await readAs(bytes, locale)).toBe(text);
    });

  it('is that of Western Europe without anything else', async () => {
    expect(await voteEncoding(latin1('Jos\xe9'), undefined)).toBe('windows-1252');
    expect(await voteEncoding(latin1('\xa9 \x80'), undefined)).toBe('windows-1252');
  });
});
