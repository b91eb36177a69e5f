import { isIP, isIPv6 } from 'node:net';
import { type IpAddress, parseIpAddress } from './ip-address.js';

type Rule = (address: IpAddress, port: number) => boolean;

/**
 * Parses the private networks that the operator allows: a network (`10.0.0.0/8`, `fd00::/8`), an address
 * (`10.1.2.3`), or an address and port (`127.0.0.1:4000`, `[::1]:4000`). Returns a function that tells whether an
 * address and port are allowed; an IPv4-mapped address counts as its IPv4 address. Throws an Error that names an
 * invalid entry.
 */
export function parseAllowedNetworks(entries: readonly string[]): (ip: string, port: number) => boolean {
  const rules = entries.map(parseRule);
  return (ip, port) => {
    const address = parseIpAddress(ip);
    return rules.some((allows) => allows(address, port));
  };
}

function parseRule(entry: string): Rule {
  const rule = parseNetwork(entry) ?? parseAddress(entry) ?? parseAddressAndPort(entry);
  if (rule) return rule;
  throw new Error(
    `"${entry}" is not a network, address or address with port. Write 10.0.0.0/8, 10.1.2.3, 127.0.0.1:4000 or [::1]:4000.`,
  );
}

function parseNetwork(entry: string): Rule | undefined {
  const [ip = '', bits = '', ...rest] = entry.split('/');
  if (rest.length > 0 || isIP(ip) === 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const network = parseIpAddress(ip);
  // A mapped network could never match, because mapped addresses are compared in their IPv4 form.
  if (network.kind() === 'ipv4' && isIPv6(ip)) return undefined;
  const length = Number(bits);
  if (length > network.toByteArray().length * 8) return undefined;
  return (address) => address.kind() === network.kind() && address.match(network, length);
}

function parseAddress(entry: string): Rule | undefined {
  if (isIP(entry) === 0) return undefined;
  const allowed = parseIpAddress(entry).toString();
  return (address) => address.toString() === allowed;
}

function parseAddressAndPort(entry: string): Rule | undefined {
  const parts = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(entry);
  const sameAddress = parseAddress(parts?.[1] ?? parts?.[2] ?? '');
  const allowedPort = Number(parts?.[3]);
  if (!sameAddress || allowedPort < 1 || allowedPort > 65_535) return undefined;
  return (address, port) => port === allowedPort && sameAddress(address, port);
}
