import { describe, expect, it } from 'vitest';
import { readEvents } from './read-events.js';

const TEXT =
  'retry: 2000\n\nevent: run\nid: 1\ndata: {"a":"é"}\n\n: still here\n\nevent: run\r\ndata: one\r\ndata: two\r\n\r\n';

async function read(chunkBytes: number): Promise<unknown[]> {
  const bytes = new TextEncoder().encode(TEXT);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunkBytes)
        controller.enqueue(bytes.slice(at, at + chunkBytes));
      controller.close();
    },
  });
  const events: unknown[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

describe('server-sent events', () => {
  it.each([1, 7, 1000])('are read from chunks of %i bytes', async (chunkBytes) => {
    expect(await read(chunkBytes)).toEqual([
      { event: 'run', data: '{"a":"é"}' },
      { event: 'run', data: 'one\ntwo' },
    ]);
  });

  it('end the download when the reader has enough', async () => {
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: () => {
        isCancelled = true;
      },
    });
    for await (const _ of readEvents(body)) break;
    expect(isCancelled).toBe(true);
  });
});
