import { createServer } from 'node:net';
import { type FeedServer, type Receiver, startFeedServer, startReceiver } from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';
import { createProject } from '@inlet/workflow';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../src/compose.js';
import { ConfigError, readConfig } from '../src/config.js';
import { createLogger } from '../src/logger.js';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { importOnce } from './example-import.js';

let booted: BootedInlet | undefined;
let feed: FeedServer;
let receiver: Receiver;

beforeAll(async () => {
  [feed, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
});
afterAll(() => Promise.all([feed.close(), receiver.close()]));
afterEach(async () => {
  await booted?.close();
  booted = undefined;
});

const anonymous = { key: null };

describe('the routes for operators', () => {
  it('report that the process is up and ready, and measure its work', async () => {
    booted = await bootInlet();
    const { call } = booted;
    const { jobId } = await importOnce(booted, { feed, receiver });
    expect((await call('GET', '/healthz', anonymous)).json).toEqual({ status: 'ok' });
    expect((await call('HEAD', '/healthz', anonymous)).status).toBe(200);
    expect((await call('GET', '/readyz', anonymous)).json).toEqual({ status: 'ok' });
    const metrics = await call('GET', '/metrics', anonymous);
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    for (const line of [
      'inlet_runs_finished_total{outcome="succeeded_with_issues"} 1',
      'inlet_rows_sent_total 2',
      'inlet_delivery_attempts_total{result="acknowledged"} 2',
      'inlet_jobs{status="active"} 1',
      'inlet_runs_active 0',
      'inlet_http_request_duration_seconds_count{method="POST",route="/v1/import-jobs",status="201"} 1',
    ])
      expect(metrics.text.split('\n')).toContain(line);
    expect(metrics.text).toContain('nodejs_eventloop_lag_seconds');
    expect(metrics.text).not.toContain(jobId);
    expect(metrics.text).not.toContain(booted.project.projectId);
  });

  it('serve the metrics only with the token', async () => {
    booted = await bootInlet({ INLET_METRICS_TOKEN: 'a-token-of-16-characters' });
    const { call } = booted;
    expect((await call('GET', '/metrics', anonymous)).json.code).toBe('route_not_found');
    const wrong = await call('GET', '/metrics', {
      ...anonymous,
      headers: { authorization: 'Bearer a-token' },
    });
    expect(wrong.status).toBe(404);
    const headers = { authorization: 'Bearer a-token-of-16-characters' };
    expect((await call('GET', '/metrics', { ...anonymous, headers })).status).toBe(200);
  });

  it('hide the metrics from other machines unless a token is set', async () => {
    booted = await bootInlet({ HOST: '0.0.0.0' });
    expect((await booted.call('GET', '/metrics', anonymous)).status).toBe(404);
    expect((await booted.call('GET', '/healthz', anonymous)).status).toBe(200);
  });

  it('are the only routes of a worker', async () => {
    booted = await bootInlet({ INLET_ROLE: 'worker' });
    expect((await booted.call('GET', '/readyz', anonymous)).status).toBe(200);
    expect((await booted.call('GET', '/v1/templates')).json.code).toBe('route_not_found');
    expect((await booted.call('GET', '/docs/', anonymous)).status).toBe(404);
  });
});

describe('limits', () => {
  it('apply to each project, and say when to try again', async () => {
    booted = await bootInlet({ INLET_ROLE: 'api', INLET_RATE_LIMIT_PER_MINUTE: '3' });
    const { call } = booted;
    const list = () => call('GET', '/v1/templates');
    const answers = [await list(), await list(), await list(), await list()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    const [, , , refused] = answers;
    expect(refused?.json.code).toBe('rate_limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call('GET', '/healthz', anonymous)).status).toBe(200);
  });

  it('apply to wrong keys from one address, and not to valid keys from it', async () => {
    booted = await bootInlet({ INLET_ROLE: 'api', INLET_RATE_LIMIT_PER_MINUTE: '3' });
    const { call } = booted;
    const guess = (key: string) => call('GET', '/v1/templates', { key });
    const answers = [await guess('a'), await guess('b'), await guess('c'), await guess('d')];
    expect(answers.map(({ json }) => json.code)).toEqual([
      'key_unknown',
      'key_unknown',
      'key_unknown',
      'rate_limited',
    ]);
    expect((await call('GET', '/v1/templates')).status).toBe(200);
  });
});

describe('browsers', () => {
  it('may only call from the origins that are allowed', async () => {
    booted = await bootInlet({ INLET_ROLE: 'api', INLET_CORS_ORIGINS: 'https://app.example.com' });
    const from = (origin: string) => booted?.call('GET', '/v1/templates', { headers: { origin } });
    const allowed = await from('https://app.example.com');
    expect(allowed?.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const other = await from('https://evil.example.com');
    expect(other?.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('start and stop', () => {
  it('keeps the data across a restart', async () => {
    const database = testDatabase();
    const start = () =>
      compose({
        config: readConfig({ ...database.environment, PORT: '0', INLET_ROLE: 'api' }),
        version: '0.0.0-test',
        log: createLogger({ level: 'silent' }),
      });
    const first = await start();
    const project = await createProject(first.context, { name: 'Kept' });
    await first.close();
    const second = await start();
    const kept = await second.context.store.projects.get(project.projectId);
    expect(kept?.userTokenSecrets.map(({ value }) => value)).toEqual([project.userTokenSecret]);
    await second.close();
    await database.forget();
  });

  it('fails with a sentence if a private network is not valid', async () => {
    const starting = bootInlet({ INLET_ALLOWED_PRIVATE_NETWORKS: '10.0.0.0/99' });
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(
      /^INLET_ALLOWED_PRIVATE_NETWORKS is wrong: "10.0.0.0\/99" is not a network/,
    );
  });

  it('closes everything it opened if the port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await expect(bootInlet({ PORT: String(address.port) })).rejects.toThrow(
      /^PORT is \d+, but another process listens on it already/,
    );
    await new Promise((resolve) => taken.close(resolve));
  });
});
