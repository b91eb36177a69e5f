import { type FeedHandler, type FeedServer, startFeedServer } from '@inlet/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInletClient, InletConnectionError } from './index.js';

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const RESULT = { outline: {}, feed: null, finalUrl: 'https://example.com/feed' };
const PATH = '/v1/sources/outline';

describe('sources.outline with onProgress', () => {
  let server: FeedServer;
  beforeEach(async () => {
    server = await startFeedServer();
  });
  afterEach(() => server.close());

  const ask = async (handler: FeedHandler, signal?: AbortSignal) => {
    server.route(PATH, handler);
    const told: unknown[] = [];
    const { sources } = createInletClient({ baseUrl: server.origin, secretKey: 'sk', maxRetries: 0 });
    const source = { kind: 'url' as const, url: 'https://example.com/feed' };
    const onProgress = (progress: unknown) => told.push(progress);
    return { told, result: await sources.outline({ source }, { onProgress, signal }) };
  };
  const stream =
    (...parts: string[]): FeedHandler =>
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(parts.join(''));
    };

  it('reports progress and resolves with the outline', async () => {
    const progress = [
      { bytes: 10, records: 0 },
      { bytes: 2000, records: 7 },
    ];
    const { told, result } = await ask(
      stream(...progress.map((each) => event('progress', each)), event('result', RESULT)),
    );
    expect(told).toEqual(progress);
    expect(result).toEqual(RESULT);
    expect(server.requests[0]?.headers).toMatchObject({ accept: 'text/event-stream', accesskey: 'sk' });
  });

  it('throws a problem that is sent as the response or as its last event', async () => {
    const problem = { title: 'The site requires a sign-in', status: 422, code: 'source_unauthorized' };
    const later = stream(event('progress', { bytes: 1, records: 0 }), event('problem', problem));
    await expect(ask(later)).rejects.toMatchObject({ status: 422, code: 'source_unauthorized' });
    const atOnce: FeedHandler = (_, response) => {
      response.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    };
    await expect(ask(atOnce)).rejects.toMatchObject({ status: 422, code: 'source_unauthorized' });
  });

  it('throws if the stream ends early or breaks off, without a second request', async () => {
    await expect(ask(stream(event('progress', { bytes: 1, records: 0 })))).rejects.toThrow(
      InletConnectionError,
    );
    const breaking: FeedHandler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('progress', { bytes: 1, records: 0 }), () => response.destroy());
    };
    await expect(ask(breaking)).rejects.toThrow(InletConnectionError);
    expect(server.requests).toHaveLength(2);
  });

  it('stops when its signal is aborted', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    const stuck: FeedHandler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('progress', { bytes: 1, records: 0 }), () => stop.abort(reason));
    };
    await expect(ask(stuck, stop.signal)).rejects.toBe(reason);
  });
});
