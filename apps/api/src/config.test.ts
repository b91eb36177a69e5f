import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, environmentSchema, readConfig } from './config.js';

const KEY = Buffer.alloc(32, 7);

function refusal(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error('it was not refused');
}

describe('readConfig', () => {
  it('has a default for every setting', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      role: 'all',
      dataDir: '.inlet',
      mongodbUri: undefined,
      encryptionKey: undefined,
      lockMs: 60_000,
      allowedPrivateNetworks: [],
      isDemo: false,
    });
  });

  it('treats empty variables as not set', () => {
    expect(readConfig({ PORT: '', MONGODB_URI: '', INLET_CORS_ORIGINS: '' })).toEqual(readConfig({}));
  });

  it('returns times in milliseconds and lists as arrays', () => {
    const config = readConfig({
      INLET_LOCK_SECONDS: '30',
      INLET_KEEP_DELIVERED_DAYS: '2',
      INLET_ALLOWED_PRIVATE_NETWORKS: '10.0.0.0/8, 127.0.0.1:8080',
      INLET_CORS_ORIGINS: 'https://a.example,http://localhost:3000',
    });
    expect(config).toMatchObject({
      lockMs: 30_000,
      keepAcknowledgedMs: 172_800_000,
      allowedPrivateNetworks: ['10.0.0.0/8', '127.0.0.1:8080'],
      corsOrigins: ['https://a.example', 'http://localhost:3000'],
    });
  });

  it('lets the demo reach its feed and receiver on this server, and nothing else', () => {
    const { isDemo, allowedPrivateNetworks } = readConfig({ INLET_DEMO: '1', PORT: '4001' });
    expect([isDemo, allowedPrivateNetworks]).toEqual([true, ['127.0.0.1:4001']]);
  });

  it.each([
    ['base64', KEY.toString('base64')],
    ['base64 without padding', KEY.toString('base64').replace('=', '')],
    ['URL-safe base64', KEY.toString('base64url')],
    ['hex', KEY.toString('hex')],
  ])('reads an encryption key in %s', (_form, text) => {
    expect(readConfig({ INLET_ENCRYPTION_KEY: text }).encryptionKey).toEqual(KEY);
  });

  it.each([
    ['PORT', 'http', 'PORT is "http", but must be a whole number from 0 to 65535.'],
    ['PORT', '65536', 'PORT is "65536", but must be a whole number from 0 to 65535.'],
    ['PORT', '1e3', 'PORT is "1e3", but must be a whole number from 0 to 65535.'],
    ['INLET_ROLE', 'web', 'INLET_ROLE is "web", but must be one of all, api, worker.'],
    ['INLET_DEMO', 'yes', 'INLET_DEMO is "yes", but must be one of 0, 1.'],
    [
      'INLET_PUBLIC_URL',
      'inlet.example.com',
      'INLET_PUBLIC_URL is "inlet.example.com", but must be an address that begins with http:// or https://.',
    ],
    [
      'INLET_CORS_ORIGINS',
      'https://a.example/',
      'INLET_CORS_ORIGINS is "https://a.example/", but must be a comma-separated list of origins such as https://app.example.com.',
    ],
  ])('reports what is wrong with %s=%s', (name, value, sentence) => {
    expect(refusal({ [name]: value })).toBe(sentence);
  });

  it('reports every wrong setting, in one sentence each', () => {
    expect(refusal({ PORT: '-1', LOG_LEVEL: 'loud' }).split('\n')).toEqual([
      'PORT is "-1", but must be a whole number from 0 to 65535.',
      'LOG_LEVEL is "loud", but must be one of trace, debug, info, warn, error, fatal, silent.',
    ]);
  });

  it.each(['MONGODB_URI', 'INLET_ENCRYPTION_KEY', 'INLET_METRICS_TOKEN'])('never prints %s', (name) => {
    const message = refusal({ [name]: 'hunter2' });
    expect(message).toContain(`${name} is 7 characters long (not shown), but must be `);
    expect(message).not.toContain('hunter2');
  });

  it('requires an encryption key if the database is shared', () => {
    expect(refusal({ MONGODB_URI: 'mongodb://db.example/inlet' })).toBe(
      'INLET_ENCRYPTION_KEY is not set, but with MONGODB_URI it must be 32 bytes in base64 or hex, such as the output of `openssl rand -base64 32`.',
    );
  });
});

describe('docs/configuration.md', () => {
  it('lists every setting with its default, and no others', () => {
    const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|/gm)];
    const documented = Object.fromEntries(rows.map(([, name, fallback]) => [name, fallback]));
    const defaults = environmentSchema.parse({});
    const actual = Object.keys(environmentSchema.shape).map((name) => [
      name,
      String(Object.entries(defaults).find(([key]) => key === name)?.[1] ?? '') || undefined,
    ]);
    expect(rows.length).toBe(actual.length);
    expect(documented).toEqual(Object.fromEntries(actual));
  });
});
