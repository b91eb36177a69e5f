import { isIPv6 } from 'node:net';

const GROUPS_OF_A_NETWORK = 4;

/**
 * Groups addresses that one client can choose between: an IPv6 address belongs to the group of its /64 network, of which a client
 * usually owns all addresses. An IPv4 address is a group by itself, also in its IPv6 form (`::ffff:192.0.2.1`).
 */
export function addressGroupOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  // Only `::` can leave out groups of the network part, and then they are zero.
  const network = tail === undefined ? groups : [...groups, '0', '0', '0', '0'];
  return `${network
    .slice(0, GROUPS_OF_A_NETWORK)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
