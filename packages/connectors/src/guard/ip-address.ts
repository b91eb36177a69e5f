import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's metadata and DNS service, in a range that counts as public. */
const SERVICES_AT_PUBLIC_ADDRESSES = new Set(['168.63.129.16']);

/** Parses an IP address; returns an IPv4-mapped one as IPv4. Throws for other texts, including short forms. */
export function parseIpAddress(ip: string): IpAddress {
  if (isIP(ip) === 0) throw new Error(`"${ip}" is not an IP address`);
  if (!isIPv6(ip)) return ipaddr.parse(ip);
  // ipaddr.js confuses `::8.8.8.8` with the mapped `::ffff:8.8.8.8`. URL writes both in hexadecimal, which it reads
  // correctly.
  const { hostname } = new URL(`http://[${ip.replace(/%.*$/, '')}]`);
  return ipaddr.process(hostname.slice(1, -1));
}

/**
 * Whether an IP address can be reached from the internet. All others are private: loopback, RFC 1918, link local,
 * shared (RFC 6598), benchmark and documentation networks, multicast, and IPv6 addresses that contain an IPv4
 * address (a mapped one counts as its IPv4 address; NAT64, 6to4 and Teredo are never public). The ranges are those
 * of IANA's special-purpose registries, as ipaddr.js lists them.
 */
export function isPublicAddress(ip: string): boolean {
  const address = parseIpAddress(ip);
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST);
  return !SERVICES_AT_PUBLIC_ADDRESSES.has(address.toString());
}
