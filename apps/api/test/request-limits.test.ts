import { request } from 'node:http';
import { type FeedServer, startFeedServer } from '@inlet/testing';
import { updateProject } from '@inlet/workflow';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { ORIGIN, openWidget } from './widget-client.js';

let booted: BootedInlet;
let site: FeedServer;

beforeAll(async () => {
  site = await startFeedServer();
});
afterAll(() => site.close());
afterEach(() => booted.close());

/** The status of a response to a request that names this host. */
function statusFor(host: string, path = '/healthz'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(booted.inlet.address);
    request({ hostname, port, path, setHost: false, headers: host === '' ? {} : { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the Host header', () => {
  it('must name this machine or the public address if the server listens on a loopback address', async () => {
    booted = await bootInlet({ INLET_PUBLIC_URL: 'https://inlet.example' });
    for (const host of [
      'localhost',
      'LOCALHOST:4000',
      '127.0.0.1:1',
      '127.1.2.3',
      '[::1]:4000',
      'inlet.example',
    ])
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      '[::2]',
    ])
      for (const path of ['/healthz', '/v1/templates', '/widget/', '/nothing'])
        expect([host, path, await statusFor(host, path)]).toEqual([host, path, 421]);
    const { json } = await booted.call('GET', '/healthz', {
      headers: { 'x-forwarded-host': 'evil.example' },
    });
    expect(json).toEqual({ status: 'ok' });
  });

  it('may be any if a trusted proxy passes it on', async () => {
    booted = await bootInlet({ INLET_TRUSTED_PROXIES: '127.0.0.1' });
    expect(await statusFor('shop.example')).toBe(200);
  });

  it('may be any if other machines can reach the server', async () => {
    booted = await bootInlet({ HOST: '0.0.0.0' });
    expect(await statusFor('shop.example')).toBe(200);
  });
});

describe('rate limits', () => {
  it('apply to the page of the widget, before the key is looked up', async () => {
    booted = await bootInlet({ INLET_RATE_LIMIT_PER_MINUTE: '3', INLET_TRUSTED_PROXIES: '127.0.0.1' });
    const page = async (client: string) =>
      (
        await booted.call('GET', '/widget/?key=inlet_pk_wrong', {
          key: null,
          headers: { 'x-forwarded-for': client },
        })
      ).status;
    const addresses = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4', '2001:db8:0:1::1'];
    const statuses = [];
    for (const address of addresses) statuses.push(await page(address));
    expect(statuses).toEqual([401, 401, 401, 429, 401]);
  });

  it('apply to look-ups of keys, but not of a key that was valid before', async () => {
    booted = await bootInlet({ INLET_RATE_LIMIT_PER_MINUTE: '2' });
    const { call, inlet } = booted;
    expect((await call('GET', '/v1/templates')).status).toBe(200);
    let lookUps = 0;
    const { findByKeyHash } = inlet.context.store.projects;
    inlet.context.store.projects.findByKeyHash = (...question) => {
      lookUps += 1;
      return findByKeyHash(...question);
    };
    const guess = async (count: number) =>
      (await call('GET', '/v1/templates', { key: `inlet_sk_${count}` })).status;
    for (let count = 0; count < 25; count += 1) await guess(count);
    expect(lookUps).toBe(19);
    expect(await guess(26)).toBe(429);
    expect((await call('GET', '/v1/templates')).status).toBe(200);
  });
});

describe('reads of sources by the widget', () => {
  async function widgetOf(environment: Record<string, string>) {
    booted = await bootInlet(environment);
    const { inlet, project, call } = booted;
    const { projectId } = project;
    await updateProject(inlet.context, { projectId }, { addOrigins: [ORIGIN], isDevelopment: true });
    const columns = [{ key: 'a', name: 'A' }];
    await call('POST', '/v1/templates', { body: { code: 'a', name: 'A', columns } });
    const widget = await openWidget(booted, { project, template: 'a', user: 'u' });
    return async (url: string) =>
      (await widget.call('POST', '/outline', { source: { kind: 'url', url } })).status;
  }

  it('are at most four at a time for one user', async () => {
    const outline = await widgetOf({});
    const waiting: (() => void)[] = [];
    let hasFour: () => void = () => undefined;
    const four = new Promise<void>((resolve) => {
      hasFour = resolve;
    });
    const url = site.route('/slow.json', (_request, response) => {
      waiting.push(() => response.end('[{"a":1}]'));
      if (waiting.length === 4) hasFour();
    });
    const reads = Array.from({ length: 4 }, () => outline(url));
    await four;
    expect(await outline(url)).toBe(429);
    for (const answer of waiting) answer();
    expect(await Promise.all(reads)).toEqual([200, 200, 200, 200]);
    site.route('/slow.json', { body: '[{"a":1}]' });
    expect(await outline(url)).toBe(200);
  });

  it('are at most two fifths of the requests of a user', async () => {
    const outline = await widgetOf({ INLET_WIDGET_RATE_LIMIT_PER_MINUTE: '5' });
    const url = site.route('/list.json', { body: '[{"a":1}]' });
    expect([await outline(url), await outline(url), await outline(url)]).toEqual([200, 200, 429]);
  });
});
