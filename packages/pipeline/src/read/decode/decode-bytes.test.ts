import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inChunks } from '../../../test/sources.js';
import { createReadFacts } from '../read-facts.js';
import { decodeBytes } from './decode-bytes.js';

async function decodeAll(bytes: Uint8Array, chunkSize = 65_536, charset: string | null = null) {
  const facts = createReadFacts(undefined);
  const parts: Buffer[] = [];
  const options = { facts, maxSourceBytes: 1e9, labels: { declared: undefined, charset } };
  for await (const chunk of decodeBytes(inChunks(bytes, chunkSize), options).chunks) parts.push(chunk);
  return {
    text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts)),
    facts,
  };
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('decoding', () => {
  it('passes any text through that is UTF-8, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (text, size) => {
          // A zero byte makes a file binary.
          const clean = `x${text.replaceAll('\0', '')}`;
          const { text: result, facts } = await decodeAll(Buffer.from(clean), size);
          expect(result).toBe(clean);
          expect(facts.warnings).toEqual([]);
        },
      ),
    );
  });

  it('repairs what is not UTF-8 in the same way, however it is cut', async () => {
    const anything = fc.array(
      fc.oneof(
        fc.constantFrom(...['a', ' ', 'é', '€', '😀'].map((text) => Buffer.from(text))),
        fc.integer({ min: 0x80, max: 0xff }).map((byte) => Buffer.of(byte)),
        fc.constantFrom(Buffer.of(0xe2, 0x80), Buffer.of(0xf0, 0x9f, 0x98), Buffer.of(0xed, 0xa0, 0x80)),
      ),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(anything, async (parts) => {
        const bytes = Buffer.concat([Buffer.from('xyz'), ...parts]);
        const whole = await decodeAll(bytes);
        for (const size of [1, 2, 3, 5]) expect(await decodeAll(bytes, size)).toEqual(whole);
      }),
    );
  });

  it.each([
    ['a file in windows-1252', 'x caf\xe9 \x93q\x94 \x80 \xe9\xbb', 'x café “q” € é»'],
    ['windows-1252 pasted into UTF-8', 'x \xc3\xa9 \x93q\x94 \xc3\xa9', 'x é “q” é'],
    ['a character that was cut short', 'x \xc3\xa9 \xe2\x80 y \xf0\x9f\x98', 'x é \ufffd y \ufffd'],
    ['surrogates', 'x \xc3\xa9 \xed\xa0\xbd', 'x é í\u00a0½'],
    ['bytes that no code page fills', 'x \x81\x8d', 'x \ufffd\ufffd'],
  ])('reads %s', async (_, bytes, text) => {
    const result = await decodeAll(latin1(bytes));
    expect(result.text).toBe(text);
    expect(result.facts.warnings.map(({ code }) => code)).toEqual(['encoding_errors']);
  });

  it('reports the place of the first byte that is not UTF-8', async () => {
    const { facts } = await decodeAll(Buffer.concat([Buffer.alloc(100_000, 'x'), latin1('\xe9 \xe9')]), 7);
    expect(facts.warnings).toEqual([
      {
        code: 'encoding_errors',
        variant: 'utf8',
        parameters: { bytes: 100_000 },
        message:
          'Some bytes are not UTF-8, the first after 100000 bytes; they were read as windows-1252 if it has a character for them.',
      },
    ]);
  });

  it.each([
    ['utf-16le', '\xff\xfea\0=\xd8\0\xde', 'a😀', 'utf-16le'],
    ['utf-16be', '\xfe\xff\0a\xd8=\xde\0', 'a😀', 'utf-16be'],
    ['two marks of UTF-8', '\xef\xbb\xbf\xef\xbb\xbfa', 'a', 'utf-8'],
    ['a mark of UTF-8', '\xef\xbb\xbfa', 'a', 'utf-8'],
    ['UTF-16 without a mark', '<\0a\0>\0é\0', '<a>é', 'utf-16le'],
  ])('reads %s in chunks of any size', async (_, bytes, text, encoding) => {
    for (const size of [1, 2, 3, 100]) {
      const result = await decodeAll(latin1(bytes), size);
      expect([result.text, result.facts.encoding]).toEqual([text, encoding]);
    }
  });

  it.each([
    ['iso-8859-1', 'x \xe9 \x92', 'x é ’', 'windows-1252'],
    ['ISO-8859-2', 'x \xb1', 'x ą', 'iso-8859-2'],
    ['ISO-8859-15', 'x \xa4', 'x €', 'iso-8859-15'],
    ['KOI8-R', 'x \xd1', 'x я', 'koi8-r'],
    ['Windows_1251', 'x \xff', 'x я', 'windows-1251'],
    ['gbk', 'x \xc4\xe3', 'x 你', 'gbk'],
    ['big5', 'x \xa4\xa4', 'x 中', 'big5'],
    ['euc-kr', 'x \xb0\xa1', 'x 가', 'euc-kr'],
  ])('reads %s', async (charset, bytes, text, encoding) => {
    for (const size of [1, 100]) {
      const result = await decodeAll(latin1(bytes), size, charset);
      expect([result.text, result.facts.encoding]).toEqual([text, encoding]);
      expect(result.facts.warnings).toEqual([]);
    }
  });

  it('detects UTF-16 without a mark if the bytes can be nothing else', async () => {
    const bytes = Buffer.from('日本語\n中文', 'utf16le');
    const { text, facts } = await decodeAll(bytes, 1, 'utf-16le');
    expect([text, facts.encoding]).toEqual(['日本語\n中文', 'utf-16le']);
    const ascii = await decodeAll(Buffer.from('plain'), 1, 'utf-16');
    expect([ascii.text, ascii.facts.warnings.map(({ code }) => code)]).toEqual([
      'plain',
      ['encoding_mismatch'],
    ]);
  });

  it('warns of bytes that are not of the encoding that was named', async () => {
    const { text, facts } = await decodeAll(latin1('x \xc4\x20'), 1, 'shift_jis');
    expect(text).toBe('x ﾄ ');
    expect(facts.warnings).toEqual([]);
    const broken = await decodeAll(latin1('x \x85\x20'), 1, 'shift_jis');
    expect(broken.facts.warnings.map(({ code }) => code)).toEqual(['encoding_errors']);
  });

  it('closes a source that it refuses', async () => {
    let isClosed = false;
    async function* picture(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield latin1('\x89PNG\r\n\x1a\n'.repeat(10_000));
      } finally {
        isClosed = true;
      }
    }
    const options = {
      facts: createReadFacts(undefined),
      maxSourceBytes: 1e9,
      labels: { declared: undefined, charset: null },
    };
    const iterator = decodeBytes(picture(), options).chunks[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'source_binary' });
    expect(isClosed).toBe(true);
  });
});
