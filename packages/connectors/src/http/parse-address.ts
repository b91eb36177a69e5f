import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An IP address, in its IPv4 form where it is a mapped one. Throws for anything else, short forms too. */
export function parseAddress(ip: string): Address {
  if (isIP(ip) === 0) throw new Error(`"${ip}" is no IP address`);
  if (!isIPv6(ip)) return ipaddr.parse(ip);
  // ipaddr.js reads `::8.8.8.8`, which is an address of its own, as the mapped `::ffff:8.8.8.8`; in hexadecimal
  // digits, as URLs have them, there is no doubt.
  const { hostname } = new URL(`http://[${ip.replace(/%.*$/, '')}]`);
  return ipaddr.process(hostname.slice(1, -1));
}
