import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readAhead } from './read-ahead.js';

const TEXT = 'abcdefghij';
async function* letters(options: { pauseAt?: number; pauseMs?: number; fault?: Error } = {}) {
  const { pauseAt = -1, pauseMs = 0, fault } = options;
  for (let at = 0; at < TEXT.length; at += 1) {
    if (at === pauseAt) await delay(pauseMs);
    yield Buffer.from(TEXT[at]!);
  }
  if (fault) throw fault;
}

async function textOf(bytes: AsyncIterable<Uint8Array>) {
  let text = '';
  for await (const chunk of bytes) text += Buffer.from(chunk).toString();
  return text;
}

test.each([
  ['more than enough', 5, true],
  ['just enough', 10, false],
  ['less', 100, false],
] as const)('says whether there is plenty, and gives all of it: %s', async (_, bytes, isPlenty) => {
  const ahead = await readAhead(letters(), { bytes, ms: 60_000 });
  expect(ahead.isPlenty).toBe(isPlenty);
  expect(await textOf(ahead.all)).toBe(TEXT);
});

test('waits no longer than it may, and what comes later is not lost', async () => {
  const ahead = await readAhead(letters({ pauseAt: 3, pauseMs: 200 }), { bytes: 5, ms: 20 });
  expect(ahead.isPlenty).toBe(false);
  expect(await textOf(ahead.all)).toBe(TEXT);
});

test('leaves the error of the source to the reader, after what came before it', async () => {
  const fault = new Error('cable cut');
  const { all } = await readAhead(letters({ fault }), { bytes: 100, ms: 60_000 });
  let text = '';
  const read = async () => {
    for await (const chunk of all) text += Buffer.from(chunk).toString();
  };
  await expect(read()).rejects.toBe(fault);
  expect(text).toBe(TEXT);
});

test('lets go of the source where the reader has enough', async () => {
  let isClosed = false;
  async function* endless() {
    try {
      for (;;) yield Buffer.from('x');
    } finally {
      isClosed = true;
    }
  }
  const { all } = await readAhead(endless(), { bytes: 3, ms: 60_000 });
  for await (const _ of all) break;
  expect(isClosed).toBe(true);
});
