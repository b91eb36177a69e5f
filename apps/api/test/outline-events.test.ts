import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type OutlineEvent, outlineEventSchema } from '@inlet/contracts';
import { type FeedServer, startFeedServer } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { ORIGIN, openWidget } from './widget-client.js';

const ITEM = `<item><title>${'A long story. '.repeat(20)}</title></item>`;
const HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>';
const TAIL = '</channel></rss>';

let booted: BootedInlet;
let site: FeedServer;
/** The addresses for outlines, with their credentials. */
let addresses: Readonly<
  Record<'API' | 'widget', { path: string; headers: Readonly<Record<string, string>> }>
>;

beforeAll(async () => {
  [booted, site] = await Promise.all([bootInlet(), startFeedServer()]);
  const { inlet, project, call } = booted;
  await inlet.context.store.projects.updateSettings(project.projectId, {
    allowedOrigins: [ORIGIN],
    isDevelopment: false,
  });
  await call('POST', '/v1/templates', {
    body: {
      code: 'news',
      name: 'News',
      columns: [{ key: 'title', name: 'Title' }],
      destination: { url: 'https://host.example/inlet' },
    },
  });
  const { sessionToken } = await openWidget(booted, { project, template: 'news', user: 'user-1' });
  addresses = {
    API: { path: '/v1/sources/outline', headers: { accesskey: project.secretKey } },
    widget: { path: '/widget/v1/outline', headers: { authorization: `Bearer ${sessionToken}` } },
  };
});
afterAll(() => Promise.all([booted.close(), site.close()]));

interface Question {
  readonly door?: keyof typeof addresses;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function ask(url: string, { door = 'API', accept = 'text/event-stream', headers, signal }: Question = {}) {
  const { path, headers: credentials } = addresses[door];
  return fetch(booted.inlet.address + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...credentials, ...headers },
    body: JSON.stringify({ source: { kind: 'url', url } }),
    ...(signal && { signal }),
  });
}

/** The events of an answer, each as its schema says. */
function eventsOf(text: string): OutlineEvent[] {
  const blocks = text.split('\n\n');
  expect(blocks.pop()).toBe('');
  return blocks.map((block) => {
    const [, event, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    return outlineEventSchema.parse({ event, data: JSON.parse(data) });
  });
}

/** A site that sends an item each time it is told to, and says when its reader has gone. */
function routeByHand(path: string) {
  let begun: (response: ServerResponse) => void = () => undefined;
  const response = new Promise<ServerResponse>((resolve) => {
    begun = resolve;
  });
  const url = site.route(path, (_request, answer) => {
    answer.writeHead(200, { 'content-type': 'application/rss+xml' });
    answer.write(HEAD);
    begun(answer);
  });
  return { url, response };
}

describe.each(['API', 'widget'] as const)('an outline as events, by the %s', (door) => {
  it('reports progress while the source arrives, and ends with the outline', async () => {
    const { url, response } = routeByHand(`/by-hand-${door}`);
    const asked = ask(url, { door });
    const source = await response;
    const answer = await asked;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const readUntil = async (what: RegExp) => {
      while (!what.test(text)) text += (await reader.read()).value;
    };
    await readUntil(/"bytes":\d+,"records":0\}\n\n/);
    source.write(ITEM.repeat(3));
    await readUntil(/"records":3\}\n\n/);
    source.write(ITEM.repeat(4));
    await readUntil(/"records":7\}\n\n/);
    source.end(TAIL);
    for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    const events = eventsOf(text);
    expect(events.map(({ event }) => event)).toEqual([
      ...Array.from({ length: events.length - 1 }, () => 'progress'),
      'result',
    ]);
    expect(events[0]).toEqual({ event: 'progress', data: { bytes: HEAD.length, records: 0 } });
    const whole = HEAD + ITEM.repeat(7) + TAIL;
    const plain = await ask(site.route(`/by-hand-${door}`, { body: whole }), {
      door,
      accept: 'application/json',
    });
    expect(events.at(-1)?.data).toEqual(await plain.json());
  });

  it.each(['application/json', '*/*', 'text/*'])('is one document for accept: %s', async (accept) => {
    const answer = await ask(site.route('/plain', { body: HEAD + ITEM + TAIL }), { door, accept });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toMatchObject({ outline: { recordCount: 1 }, feed: { title: 'News' } });
  });

  it('responds to an error before the first byte with its status', async () => {
    const answer = await ask(site.url('/nothing-here'), { door });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toMatchObject({ code: 'source_not_found' });
  });

  it('sends a later error as the last event, with all members of the problem', async () => {
    const body =
      '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/n.xml"></head></html>';
    const answer = await ask(site.route('/page', { body }), { door });
    expect(answer.status).toBe(200);
    expect(eventsOf(await answer.text())).toEqual([
      { event: 'progress', data: { bytes: body.length, records: 0 } },
      {
        event: 'problem',
        data: expect.objectContaining({
          code: 'source_html',
          status: 422,
          feeds: [{ url: site.url('/n.xml'), title: null, type: 'application/rss+xml' }],
          requestId: answer.headers.get('x-request-id'),
        }),
      },
    ]);
  });

  it.each(['text/event-stream', 'application/json'])(
    'stops the fetch from the site when its client goes away: %s',
    async (accept) => {
      const { url, response } = routeByHand(`/left-${door}-${accept}`);
      const client = new AbortController();
      const asked = ask(url, { door, accept, signal: client.signal });
      const source = await response;
      const closed = once(source, 'close');
      if (accept === 'text/event-stream') await (await asked).body?.getReader().read();
      client.abort();
      if (accept === 'application/json') await expect(asked).rejects.toThrow();
      await closed;
      expect(source.writableFinished).toBe(false);
    },
  );
});

it('stores no events under an Idempotency-Key: the same request fetches again', async () => {
  const url = site.route('/twice', { body: HEAD + ITEM + TAIL });
  const headers = { 'idempotency-key': 'look-twice' };
  const fetches = () => site.requests.filter(({ path }) => path === '/twice').length;
  const last = async () => eventsOf(await (await ask(url, { headers })).text()).at(-1)?.event;
  expect(await last()).toBe('result');
  expect(await last()).toBe('result');
  expect(fetches()).toBe(2);
});
