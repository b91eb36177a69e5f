import { describe, expect, it } from 'vitest';
import { readServerEvents, type ServerEvent } from './server-events.js';

const TEXT =
  'retry: 2000\n\nevent: run\nid: 1\ndata: {"a":"ä🥊"}\n\n: still here\n\ndata:one\r\ndata: two\r\n\r\nevent: x\rdata\r\rdata: lost';
const EVENTS: ServerEvent[] = [
  { type: 'run', data: '{"a":"ä🥊"}' },
  { type: 'message', data: 'one\ntwo' },
  { type: 'x', data: '' },
];

function cut(chunkBytes: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(TEXT);
  const count = Math.ceil(bytes.length / chunkBytes);
  return Array.from({ length: count }, (_, index) =>
    bytes.slice(index * chunkBytes, (index + 1) * chunkBytes),
  );
}

async function readAll(body: Parameters<typeof readServerEvents>[0]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(body)) events.push(event);
  return events;
}

describe('readServerEvents', () => {
  it.each([1, 2, 3, 7, 1000])('reads the same from chunks of %d bytes', async (chunkBytes) => {
    async function* chunks() {
      yield* cut(chunkBytes);
    }
    expect(await readAll(chunks())).toEqual(EVENTS);
  });

  it.each([1, 7, 1000])('reads the body of a response in chunks of %d bytes', async (chunkBytes) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of cut(chunkBytes)) controller.enqueue(chunk);
        controller.close();
      },
    });
    expect(await readAll(body)).toEqual(EVENTS);
  });

  it('cancels the download when the caller stops reading', async () => {
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: () => {
        isCancelled = true;
      },
    });
    for await (const _ of readServerEvents(body)) break;
    expect(isCancelled).toBe(true);
  });
});
