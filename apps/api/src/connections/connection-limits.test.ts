import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { connectionLimitsOf } from './connection-limits.js';

const limits = (environment: Record<string, string>, descriptors: number | null) =>
  connectionLimitsOf(readConfig(environment), descriptors);

describe('the limits of connections', () => {
  it.each([
    ['half of few descriptors', 256, 128],
    ['no more than 10,000', 1_048_576, 10_000],
    ['1,000 if the limit of descriptors is unknown', null, 1000],
  ])('default to %s', (_, descriptors, max) => {
    expect(limits({}, descriptors).max).toBe(max);
  });

  it('follow the setting, unless the database and fetches would lack descriptors', () => {
    expect(limits({ INLET_MAX_CONNECTIONS: '500' }, 1024).max).toBe(500);
    expect(() => limits({ INLET_MAX_CONNECTIONS: '600' }, 1024)).toThrow(
      'INLET_MAX_CONNECTIONS is 600, but must be at most 512, half of the files that this process may open; raise that limit (ulimit -n, LimitNOFILE) or choose fewer.',
    );
  });

  it('know the trusted proxies, by address and by network', () => {
    const { isTrustedProxy } = limits({ INLET_TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.1' }, null);
    const addresses = ['10.1.2.3', '127.0.0.1', '::ffff:127.0.0.1', '127.0.0.2', '::1'];
    expect(addresses.map(isTrustedProxy)).toEqual([true, true, true, false, false]);
    expect(limits({}, null).isTrustedProxy('127.0.0.1')).toBe(false);
  });
});
