import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { createGuardedAgents } from './guarded-agents.js';
import { isPublicAddress } from './is-public-address.js';
import { type Lookup, lookupAll } from './lookup.js';
import { parseAllowedNetworks } from './parse-allowed-networks.js';
import { PrivateAddressError } from './private-address-error.js';

export interface GuardOptions {
  /** Networks (`10.0.0.0/8`), addresses, or exact `address:port` pairs that may be reached although private. */
  readonly allowedPrivateNetworks: readonly string[];
  /** Default: the system's resolver. */
  readonly lookup?: Lookup;
  /** PEM certificates to trust besides the usual authorities. */
  readonly certificateAuthorities?: readonly string[];
}

/**
 * The one way out to addresses that users give. Its agents check the very address that a connection is made
 * to, after the name was resolved, so neither a name that points inwards nor one that changes its mind
 * between check and use gets through.
 */
export interface Guard {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** Throws PrivateAddressError; for protocols that bring their own sockets. `ip` is an address, not a name. */
  assertAddress(ip: string, port: number): void;
}

/** Throws a plain Error that names a bad entry of `allowedPrivateNetworks`. */
export function createGuard(options: GuardOptions): Guard {
  const isAllowed = parseAllowedNetworks(options.allowedPrivateNetworks);
  const assertAddress = (ip: string, port: number): void => {
    if (!isPublicAddress(ip) && !isAllowed(ip, port)) throw new PrivateAddressError(ip);
  };
  const agents = createGuardedAgents({
    assertAddress,
    lookup: options.lookup ?? lookupAll,
    certificateAuthorities: options.certificateAuthorities ?? [],
  });
  return { ...agents, assertAddress };
}
