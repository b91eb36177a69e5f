import ipaddr from 'ipaddr.js';
import { parseAddress } from './parse-address.js';

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's metadata and DNS service has an address that looks public. */
const PUBLIC_IN_NAME_ONLY = new Set(['168.63.129.16']);

/**
 * Whether an IP address is one that anybody on the internet could reach. Everything else is private: loopback,
 * RFC 1918, link local, shared (RFC 6598), benchmark and documentation nets, multicast, and the forms of IPv6
 * that carry an IPv4 address inside (mapped ones are judged by it; NAT64, 6to4 and Teredo are never public).
 * Ranges: the special-purpose registries of IANA, as ipaddr.js has them.
 */
export function isPublicAddress(ip: string): boolean {
  const address = parseAddress(ip);
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST);
  return !PUBLIC_IN_NAME_ONLY.has(address.toString());
}
