import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createHeadedStream, readHead } from './stream-head.js';

const TEXT = 'abcdefghij';
const CABLE_CUT = new Error('cable cut');

async function* letters(options: { pauseAt?: number; pauseMs?: number; error?: Error } = {}) {
  const { pauseAt = -1, pauseMs = 0, error } = options;
  for (let at = 0; at < TEXT.length; at += 1) {
    if (at === pauseAt) await delay(pauseMs);
    yield Buffer.from(TEXT[at]!);
  }
  if (error) throw error;
}

function endless() {
  const source = { isClosed: false, bytes: generate() };
  async function* generate() {
    try {
      for (;;) yield Buffer.from('x');
    } finally {
      source.isClosed = true;
    }
  }
  return source;
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of bytes) text += Buffer.from(chunk).toString();
  return text;
}

test.each([
  { minBytes: 5, head: 'abcde', reason: 'enough' },
  { minBytes: 10, head: TEXT, reason: 'enough' },
  { minBytes: 11, head: TEXT, reason: 'complete' },
  { minBytes: 0, head: '', reason: 'enough' },
])('a head of at least $minBytes bytes is "$head", and all of the stream follows', async (expected) => {
  const { chunks, reason, error, all } = await readHead(letters(), { minBytes: expected.minBytes });
  expect(Buffer.concat(chunks).toString()).toBe(expected.head);
  expect(reason).toBe(expected.reason);
  expect(error).toBeUndefined();
  expect(await textOf(all)).toBe(TEXT);
});

test('the head ends when the time is up, and a chunk that comes later is not lost', async () => {
  const { chunks, reason, all } = await readHead(letters({ pauseAt: 3, pauseMs: 200 }), {
    minBytes: 5,
    timeoutMs: 20,
  });
  expect(reason).toBe('late');
  expect(chunks).toHaveLength(3);
  expect(await textOf(all)).toBe(TEXT);
});

test('an error within the head is reported and thrown again after the chunks before it', async () => {
  const { reason, error, all } = await readHead(letters({ error: CABLE_CUT }), { minBytes: 100 });
  expect(reason).toBe('failed');
  expect(error).toBe(CABLE_CUT);
  let text = '';
  const read = async () => {
    for await (const chunk of all) text += Buffer.from(chunk).toString();
  };
  await expect(read()).rejects.toBe(CABLE_CUT);
  expect(text).toBe(TEXT);
});

test('an error after the head is thrown by `all` only', async () => {
  const { reason, all } = await readHead(letters({ error: CABLE_CUT }), { minBytes: 2 });
  expect(reason).toBe('enough');
  await expect(textOf(all)).rejects.toBe(CABLE_CUT);
});

test('leaving `all` early closes the source', async () => {
  const source = endless();
  const { all } = await readHead(source.bytes, { minBytes: 3 });
  for await (const _ of all) break;
  expect(source.isClosed).toBe(true);
});

test('a caller that has seen enough closes the source', async () => {
  const source = endless();
  const { close } = await readHead(source.bytes, { minBytes: 3 });
  await close();
  expect(source.isClosed).toBe(true);
});

test('a reader of the head can stop at any chunk, and the whole stream follows', async () => {
  const { head, all } = createHeadedStream(letters());
  for await (const chunk of head) if (chunk.toString() === 'd') break;
  expect(await textOf(all)).toBe(TEXT);
});

test('a head that is read to its end is the whole stream', async () => {
  const { head, all } = createHeadedStream(letters());
  expect(await textOf(head)).toBe(TEXT);
  expect(await textOf(all)).toBe(TEXT);
});

test('leaving the head early keeps the source open', async () => {
  const source = endless();
  const { head, all } = createHeadedStream(source.bytes);
  for await (const _ of head) break;
  expect(source.isClosed).toBe(false);
  for await (const _ of all) break;
  expect(source.isClosed).toBe(true);
});

test('chunks that a reader keeps elsewhere do not come again', async () => {
  const stream = createHeadedStream(letters());
  for (let read = 0; read < 4; read += 1) await stream.readNext();
  stream.dropRead();
  await stream.readNext();
  expect(await textOf(stream.all)).toBe('efghij');
});
