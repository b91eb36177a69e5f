import { describe, expect, it } from 'vitest';
import { parseAllowedNetworks } from './parse-allowed-networks.js';

describe('parseAllowedNetworks', () => {
  it('allows nothing if the list is empty', () => {
    expect(parseAllowedNetworks([])('127.0.0.1', 80)).toBe(false);
  });

  it('allows all ports of a network and no other network', () => {
    const isAllowed = parseAllowedNetworks(['10.0.0.0/8', 'fd00::/8']);
    expect(isAllowed('10.200.3.4', 1)).toBe(true);
    expect(isAllowed('11.0.0.1', 1)).toBe(false);
    expect(isAllowed('fd12::1', 443)).toBe(true);
    expect(isAllowed('fe80::1', 443)).toBe(false);
  });

  it('allows an address in each of its notations', () => {
    const isAllowed = parseAllowedNetworks(['127.0.0.1', '0:0:0:0:0:0:0:1']);
    expect(isAllowed('127.0.0.1', 9)).toBe(true);
    expect(isAllowed('::ffff:127.0.0.1', 9)).toBe(true);
    expect(isAllowed('127.0.0.2', 9)).toBe(false);
    expect(isAllowed('::1', 9)).toBe(true);
  });

  it('allows a single port of an address', () => {
    const isAllowed = parseAllowedNetworks(['127.0.0.1:4000', '[::1]:4001']);
    expect(isAllowed('127.0.0.1', 4000)).toBe(true);
    expect(isAllowed('127.0.0.1', 4001)).toBe(false);
    expect(isAllowed('::1', 4001)).toBe(true);
    expect(isAllowed('::1', 4000)).toBe(false);
  });

  it.each([
    'localhost',
    '10.0.0.0/33',
    '10/8',
    '10.0.0.0/8/8',
    '0x7f.0.0.1',
    '127.1',
    '127.0.0.1:0',
    '127.0.0.1:70000',
    '::1:4000:',
    '[::1]',
    '::ffff:10.0.0.0/104',
    '*',
    '',
  ])('throws for %j and names it', (entry) => {
    expect(() => parseAllowedNetworks(['10.0.0.0/8', entry])).toThrow(`"${entry}" is not a network`);
  });
});
