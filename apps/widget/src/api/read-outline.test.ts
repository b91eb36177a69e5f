import type { OutlineProgress, OutlineResponse } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from './api-problem.js';
import { readOutline } from './read-outline.js';

const RESULT = { outline: {}, feed: null, finalUrl: 'https://a.example/' } as OutlineResponse;
const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const PROGRESS = event('progress', { bytes: 10, records: 1 });
const EVENTS = { headers: { 'content-type': 'text/event-stream; charset=utf-8' } };

async function read(response: Response) {
  const told: OutlineProgress[] = [];
  return { result: await readOutline(response, (progress) => told.push(progress)), told };
}

describe('reading the response with an outline', () => {
  it('reports progress and returns the outline', async () => {
    const body = PROGRESS + event('progress', { bytes: 20, records: 2 }) + event('result', RESULT);
    expect(await read(new Response(body, EVENTS))).toEqual({
      result: RESULT,
      told: [
        { bytes: 10, records: 1 },
        { bytes: 20, records: 2 },
      ],
    });
  });

  it('accepts a single JSON document', async () => {
    expect(await read(Response.json(RESULT))).toEqual({ result: RESULT, told: [] });
  });

  it('throws the problem that ends the stream', async () => {
    const feeds = [{ url: 'https://a.example/feed', title: null, type: 'application/rss+xml' }];
    const problem = { code: 'source_html', status: 422, title: 'This is a web page', feeds };
    const thrown = await read(new Response(PROGRESS + event('problem', problem), EVENTS)).catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(ApiProblem);
    expect(thrown).toMatchObject({ code: 'source_html', status: 422, feeds });
  });

  it('reports "offline" if the stream ends early or breaks, but leaves an abort an abort', async () => {
    await expect(read(new Response(PROGRESS, EVENTS))).rejects.toMatchObject({ code: 'offline' });
    const failing = (reason: unknown) =>
      new Response(new ReadableStream({ start: (controller) => controller.error(reason) }), EVENTS);
    await expect(read(failing(new TypeError('network error')))).rejects.toMatchObject({ code: 'offline' });
    const abort = new DOMException('aborted', 'AbortError');
    await expect(read(failing(abort))).rejects.toBe(abort);
  });
});
