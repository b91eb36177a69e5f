import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { webhookEventSchema } from '@inlet/contracts';
import { type FeedServer, type Receiver, startFeedServer, startReceiver } from '@inlet/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { ITEMS, importOnce, jobInput, rssOf, templateInput } from './example-import.js';

let booted: BootedInlet;
let feed: FeedServer;
let receiver: Receiver;
let ids: Awaited<ReturnType<typeof importOnce>>;

beforeAll(async () => {
  [booted, feed, receiver] = await Promise.all([
    bootInlet({ INLET_EVENT_STREAMS_PER_PROJECT: '2' }),
    startFeedServer(),
    startReceiver(),
  ]);
  ids = await importOnce(booted, { feed, receiver });
});
afterAll(() => Promise.all([booted.close(), feed.close(), receiver.close()]));

const get = (path: string, headers: Record<string, string> = {}) => booted.call('GET', path, { headers });

describe('a run, from the first request to the last acknowledgement', () => {
  it('delivers the valid rows, signed, and then reports its outcome', async () => {
    const events = receiver.requests.slice(0, 2).map(({ rawBody, headers }) => {
      const webhook = new Webhook(booted.project.webhookSecret);
      return webhookEventSchema.parse(
        webhook.verify(rawBody.toString('utf8'), {
          'webhook-id': String(headers['webhook-id']),
          'webhook-timestamp': String(headers['webhook-timestamp']),
          'webhook-signature': String(headers['webhook-signature']),
        }),
      );
    });
    expect(events).toMatchObject([
      {
        type: 'import.records',
        data: {
          ...{ jobId: ids.jobId, runId: ids.runId, templateCode: 'products', externalUserId: 'user-1' },
          batch: { number: 1, of: 1 },
          rows: [
            { change: 'created', record: 1, values: { title: 'Apple', price: 1.5 } },
            { change: 'created', record: 2, values: { title: 'Bread', price: -2 } },
          ],
        },
      },
      {
        type: 'import.completed',
        data: { outcome: 'succeeded_with_issues', counts: { records: 3, created: 2 } },
      },
    ]);
  });

  it('is returned with its counts, and listed in the history of its job', async () => {
    const run = await get(`/v1/runs/${ids.runId}`);
    expect(run.json).toMatchObject({
      ...{ id: ids.runId, jobId: ids.jobId, trigger: 'api', isDryRun: false, phase: 'done', error: null },
      outcome: 'succeeded_with_issues',
      counts: {
        records: 3,
        valid: 2,
        invalid: 1,
        created: 2,
        batches: 1,
        batchesAcknowledged: 1,
        rowsAcknowledged: 2,
      },
    });
    expect((await get(`/v1/import-jobs/${ids.jobId}/runs`)).json.items).toEqual([run.json]);
    const jobs = await get('/v1/import-jobs/user/user-1');
    expect(jobs.json.items).toMatchObject([
      {
        id: ids.jobId,
        status: 'active',
        activeRunId: null,
        lastRun: { runId: ids.runId, outcome: 'succeeded_with_issues', counts: { created: 2 } },
      },
    ]);
    expect(jobs.json.items[0].scheduleText).toContain('06:00');
    expect(Date.parse(jobs.json.items[0].nextRunAt)).toBeGreaterThan(Date.now());
  });

  it('lists its issues, as JSON and as CSV', async () => {
    const listed = await get(`/v1/runs/${ids.runId}/issues`);
    expect(listed.json).toMatchObject({
      items: [{ record: 3, columnKey: 'price', code: 'not_a_number', severity: 'error', value: 'much' }],
      nextCursor: null,
    });
    const { message, rowKey } = listed.json.items[0];
    const csv = `record,rowKey,column,code,severity,message,value\r\n3,${rowKey ?? ''},price,not_a_number,error,${message},much\r\n`;
    const asked = await Promise.all([
      get(`/v1/runs/${ids.runId}/issues`, { accept: 'text/csv' }),
      get(`/v1/runs/${ids.runId}/issues?format=csv`),
    ]);
    for (const { text, headers } of asked) {
      expect(text).toBe(csv);
      expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
      expect(headers.get('content-disposition')).toBe(`attachment; filename="${ids.runId}-issues.csv"`);
      expect(headers.get('cache-control')).toBe('no-store');
    }
    const json = await get(`/v1/runs/${ids.runId}/issues?format=json`, { accept: 'text/csv' });
    expect(json.json).toEqual(listed.json);
    expect((await get('/v1/runs/run_x/issues?format=csv')).json.code).toBe('run_not_found');
  });

  it('lists its deliveries, and sends them again as new ones', async () => {
    const deliveries = await get(`/v1/runs/${ids.runId}/deliveries`);
    expect(deliveries.json.items).toMatchObject([
      {
        id: ids.deliveryId,
        type: 'import.records',
        number: 1,
        rows: 2,
        status: 'acknowledged',
        attemptCount: 1,
      },
      { type: 'import.completed', status: 'acknowledged' },
    ]);
    const before = receiver.requests.length;
    const replayed = await booted.call('POST', `/v1/deliveries/${ids.deliveryId}/replay`);
    expect(replayed.status).toBe(202);
    const requests = await receiver.received(before + 1);
    expect(requests[before]?.headers['webhook-id']).toBe(replayed.json.id);
    expect(requests[before]?.json).toMatchObject({ replayOf: ids.deliveryId });
    const all = await booted.call('POST', `/v1/runs/${ids.runId}/replay`);
    expect([all.status, all.json]).toEqual([202, { deliveries: expect.any(Number) }]);
    expect(all.json.deliveries).toBeGreaterThan(0);
    await receiver.received(before + 1 + all.json.deliveries);
  });
});

describe('a dry run', () => {
  it('reports what would be sent, and sends nothing', async () => {
    feed.route('/shop.rss', { body: rssOf([...ITEMS, { id: 'd', title: 'Dill' }]) });
    const started = await booted.call('POST', `/v1/import-jobs/${ids.jobId}/run`, { body: { dryRun: true } });
    expect(started.status).toBe(202);
    const before = receiver.requests.length;
    await get(`/v1/runs/${started.json.id}/events`);
    const run = await get(`/v1/runs/${started.json.id}`);
    expect(run.json).toMatchObject({ isDryRun: true, counts: { created: 1, unchanged: 2 } });
    expect(run.json.sample).toHaveLength(1);
    expect(receiver.requests).toHaveLength(before);
  });
});

describe('the events of a run', () => {
  it('contain the whole run, and end with it', async () => {
    const events = await get(`/v1/runs/${ids.runId}/events`);
    expect(events.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(events.headers.get('cache-control')).toBe('no-store');
    expect(events.headers.get('x-accel-buffering')).toBe('no');
    const [retry, event, rest] = events.text.split('\n\n');
    expect([retry, rest]).toEqual(['retry: 2000', '']);
    const [name, id, data = ''] = (event ?? '').split('\n');
    expect([name, id]).toEqual(['event: run', 'id: finished']);
    expect(JSON.parse(data.slice('data: '.length))).toEqual((await get(`/v1/runs/${ids.runId}`)).json);
  });

  it('stop a browser that connects again after the end', async () => {
    const again = await get(`/v1/runs/${ids.runId}/events`, { 'last-event-id': 'finished' });
    expect([again.status, again.text]).toEqual([204, '']);
    const other = await get(`/v1/runs/${ids.runId}/events`, { 'last-event-id': '17' });
    expect(other.status).toBe(200);
  });

  it('follow a run in progress, for as many clients as are allowed', async () => {
    const slow = startSlowRun();
    const { runId } = await slow.started;
    const streams = await Promise.all([openEvents(runId), openEvents(runId)]);
    const third = await get(`/v1/runs/${runId}/events`);
    expect([third.status, third.json.code]).toEqual([429, 'rate_limited']);

    streams[0]?.leave();
    await streams[0]?.ended;
    slow.goOn();
    const text = await streams[1]?.ended;
    const runs = [...(text ?? '').matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
    expect(runs.length).toBeGreaterThan(1);
    expect(runs[0].outcome).toMatch(/^(queued|running)$/);
    expect(runs.at(-1)).toMatchObject({ id: runId, outcome: 'succeeded' });
    expect((await get(`/v1/runs/${runId}/events`)).status).toBe(200);
  });

  it('end at once when the server stops', async () => {
    const other = await bootInlet();
    const stuck = feed.route('/stuck.rss', { hang: true });
    const template = await other.call('POST', '/v1/templates', {
      body: templateInput({ destination: { url: receiver.url } }),
    });
    const created = await other.call('POST', '/v1/import-jobs', {
      body: jobInput(template.json.id, stuck, { runNow: true }),
    });
    const response = await fetch(`${other.inlet.address}/v1/runs/${created.json.run.id}/events`, {
      headers: { accesskey: other.project.secretKey },
    });
    const reading = response.text();
    await other.close();
    expect(await reading).toContain('event: run\n');
  });
});

/** A run whose source only answers when it is told to. */
function startSlowRun(): { started: Promise<{ runId: string }>; goOn: () => void } {
  let goOn: () => void = () => {};
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const url = feed.route('/slow.rss', async (_request, response) => {
    await told;
    response.end(rssOf([{ id: 'z', title: 'Zest' }]));
  });
  const start = async () => {
    const { json } = await booted.call('POST', '/v1/import-jobs', {
      body: jobInput(ids.templateId, url, { runNow: true }),
    });
    return { runId: String(json.run.id) };
  };
  return { started: start(), goOn };
}

/** An open stream of events, of which the first has come. */
async function openEvents(runId: string): Promise<{ ended: Promise<string>; leave: () => void }> {
  const controller = new AbortController();
  const response = await fetch(`${booted.inlet.address}/v1/runs/${runId}/events`, {
    headers: { accesskey: booted.project.secretKey },
    signal: controller.signal,
  });
  if (response.body === null) throw new Error('there is no body');
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  while (!text.includes('event: run')) text += decoder.decode((await reader.read()).value);
  const rest = async () => {
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read())
        text += decoder.decode(part.value);
    } catch {
      // Left before the end.
    }
    return text;
  };
  return { ended: rest(), leave: () => controller.abort() };
}

describe('an event stream', () => {
  it('is not counted after its client left, however early that was', async () => {
    const { hostname, port } = new URL(booted.inlet.address);
    const request = `GET /v1/runs/${ids.runId}/events HTTP/1.1\r\nhost: localhost\r\naccesskey: ${booted.project.secretKey}\r\n\r\n`;
    for (let attempt = 0; attempt < 60; attempt++) {
      const socket = connect(Number(port), hostname, () => {
        socket.write(request);
        setTimeout(() => socket.destroy(), attempt / 10);
      });
      await sleep(2);
    }
    const follow = async () => (await get(`/v1/runs/${ids.runId}/events`)).status;
    await expect.poll(follow, { timeout: 20_000 }).toBe(200);
  });
});
