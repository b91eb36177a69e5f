import { type FeedServer, startFeedServer } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpConnector } from '../http/http-connector.js';
import { createGuard, PrivateAddressError } from './guard.js';
import type { Lookup } from './guarded-agents.js';

describe('the guard', () => {
  let server: FeedServer;
  beforeAll(async () => {
    server = await startFeedServer();
    server.route('/feed', { body: 'inside' });
  });
  afterAll(() => server.close());

  const fetchFrom = async (
    url: string,
    allowedPrivateNetworks: readonly string[] = [],
    lookup?: Lookup,
  ): Promise<string> => {
    const guard = createGuard({ allowedPrivateNetworks, lookup });
    const connector = createHttpConnector({ guard, userAgent: 'test', now: Date.now });
    try {
      const options = { since: null, limits: { maxBytes: 1000 } };
      const result = await connector.open({ kind: 'url', url }, options);
      if (result.kind !== 'bytes') return result.kind;
      const chunks: Uint8Array[] = [];
      for await (const chunk of result.bytes) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    } finally {
      guard.close();
    }
  };

  it.each([
    'http://127.0.0.1',
    'http://127.0.0.2',
    'http://127.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://0x7f.0.0.1',
    'http://0.0.0.0',
    'http://0',
    'http://localhost',
    'http://LOCALHOST',
    'http://[::1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[::127.0.0.1]',
    'http://①②⑦.⓪.⓪.①',
  ])('rejects %s, another notation of an address of this machine', async (origin) => {
    const before = server.requests.length;
    await expect(fetchFrom(`${origin}:${server.port}/feed`)).rejects.toMatchObject({
      code: 'source_address_private',
    });
    expect(server.requests.length).toBe(before);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::]/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'http://2852039166/',
  ])('rejects %s without a connection', async (url) => {
    await expect(fetchFrom(url)).rejects.toMatchObject({ code: 'source_address_private' });
  });

  it('rejects a name that resolves to a private address, without telling which one', async () => {
    const lookup: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const refusal = fetchFrom(`http://harmless.example:${server.port}/feed`, [], lookup);
    await expect(refusal).rejects.toMatchObject({
      code: 'source_address_private',
      detail: `harmless.example:${server.port} belongs to a private network.`,
    });
  });

  it('rejects a name with one private address among public ones, in any order', async () => {
    const mixed = [
      { address: '8.8.8.8', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    for (const addresses of [mixed, mixed.toReversed()])
      await expect(
        fetchFrom(`http://mixed.example:${server.port}/feed`, [], async () => addresses),
      ).rejects.toMatchObject({ code: 'source_address_private' });
  });

  it('resolves a name once per connection, so that its address cannot change between check and connection', async () => {
    let lookups = 0;
    const rebinding: Lookup = async () => {
      lookups += 1;
      return [{ address: lookups === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    };
    const url = `http://rebinding.example:${server.port}/feed`;
    expect(await fetchFrom(url, [`127.0.0.1:${server.port}`], rebinding)).toBe('inside');
    expect(lookups).toBe(1);
    await expect(fetchFrom(url, [`127.0.0.1:${server.port}`], rebinding)).rejects.toMatchObject({
      code: 'source_address_private',
    });
    expect(lookups).toBe(2);
  });

  it('allows the networks, addresses and ports that the operator lists', async () => {
    const url = server.url('/feed');
    expect(await fetchFrom(url, ['127.0.0.0/8'])).toBe('inside');
    expect(await fetchFrom(url, ['127.0.0.1'])).toBe('inside');
    expect(await fetchFrom(url, [`127.0.0.1:${server.port}`])).toBe('inside');
    await expect(fetchFrom(url, ['127.0.0.1:1'])).rejects.toMatchObject({ code: 'source_address_private' });
  });

  it('checks addresses for other protocols by the same rules', () => {
    const guard = createGuard({ allowedPrivateNetworks: ['127.0.0.1:2222'] });
    expect(() => guard.assertAddress('127.0.0.1', 22)).toThrow(PrivateAddressError);
    expect(() => guard.assertAddress('127.0.0.1', 2222)).not.toThrow();
    expect(() => guard.assertAddress('93.184.216.34', 22)).not.toThrow();
  });

  it('throws an error that names an invalid entry of the list', () => {
    expect(() => createGuard({ allowedPrivateNetworks: ['intranet'] })).toThrow('"intranet"');
  });
});
