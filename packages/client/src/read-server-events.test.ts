import { describe, expect, it } from 'vitest';
import { readServerEvents, type ServerEvent } from './read-server-events.js';

const TEXT =
  'retry: 2000\n\nevent: run\nid: 1\ndata: {"a":"ä🥊"}\n\n: still here\n\ndata:one\r\ndata: two\r\n\r\nevent: x\rdata\r\rdata: lost';

async function readAll(chunkBytes: number): Promise<ServerEvent[]> {
  const bytes = Buffer.from(TEXT);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(chunks())) events.push(event);
  return events;
}

describe('readServerEvents', () => {
  it.each([1, 2, 3, 7, 1000])('reads the same from chunks of %d bytes', async (chunkBytes) => {
    expect(await readAll(chunkBytes)).toEqual([
      { type: 'run', data: '{"a":"ä🥊"}' },
      { type: 'message', data: 'one\ntwo' },
      { type: 'x', data: '' },
    ]);
  });
});
