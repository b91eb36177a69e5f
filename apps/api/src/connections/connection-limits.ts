import { readFileSync } from 'node:fs';
import { compile } from '@fastify/proxy-addr';
import { type Config, ConfigError } from '../config.js';

/** Limits of the connections to the server of this process. */
export interface ConnectionLimits {
  /** Open connections. */
  readonly max: number;
  /** Open connections of one address, or of one IPv6 network. */
  readonly maxPerAddress: number;
  /** Addresses without a limit, because many clients share them. */
  readonly isTrustedProxy: (address: string) => boolean;
  /** How long a client may take none of a response that is ready. */
  readonly stalledMs: number;
}

const MOST_CONNECTIONS = 10_000;
/** For systems that do not tell how many files a process may open. */
const USUAL_CONNECTIONS = 1000;
const STALLED_MS = 60_000;

/**
 * The limits of the settings. Connections of clients use half of the file descriptors at most: the database, outgoing
 * requests and files need the others.
 *
 * @throws ConfigError if the setting needs more descriptors than the process has
 */
export function connectionLimitsOf(
  {
    maxConnections,
    maxConnectionsPerAddress,
    trustedProxies,
  }: Pick<Config, 'maxConnections' | 'maxConnectionsPerAddress' | 'trustedProxies'>,
  descriptorLimit: number | null = readDescriptorLimit(),
): ConnectionLimits {
  const half = descriptorLimit === null ? null : Math.floor(descriptorLimit / 2);
  if (maxConnections !== undefined && half !== null && maxConnections > half)
    throw new ConfigError(
      `INLET_MAX_CONNECTIONS is ${maxConnections}, but must be at most ${half}, half of the files that this process may open; raise that limit (ulimit -n, LimitNOFILE) or choose fewer.`,
    );
  return {
    max: maxConnections ?? Math.min(MOST_CONNECTIONS, half ?? USUAL_CONNECTIONS),
    maxPerAddress: maxConnectionsPerAddress,
    isTrustedProxy: trustedProxyTest(trustedProxies),
    stalledMs: STALLED_MS,
  };
}

/** Returns a test whether a peer is one of the trusted proxies. */
function trustedProxyTest(trustedProxies: readonly string[]): (address: string) => boolean {
  const isTrusted = compile([...trustedProxies]);
  return (address) => isTrusted(address, 0);
}

/** How many files this process may open; null if the system does not tell. */
function readDescriptorLimit(): number | null {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
