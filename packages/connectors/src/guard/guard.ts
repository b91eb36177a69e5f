import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { createGuardedAgents, type Lookup, lookupAll } from './guarded-agents.js';
import { isPublicAddress } from './ip-address.js';
import { parseAllowedNetworks } from './parse-allowed-networks.js';

export interface GuardOptions {
  /** Networks (`10.0.0.0/8`), addresses or `address:port` pairs that may be reached although they are private. */
  readonly allowedPrivateNetworks: readonly string[];
  /** Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
  /** PEM certificates to trust in addition to the usual authorities. */
  readonly certificateAuthorities?: readonly string[] | undefined;
}

/**
 * The only way to connect to addresses that users enter. Its agents check the address that a connection is made to,
 * after the host name was resolved. So neither a name that points to a private address nor a name whose address
 * changes between check and connection gets through.
 */
export interface Guard {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** Throws PrivateAddressError. For protocols that open their own sockets. `ip` is an address, not a host name. */
  assertAddress(ip: string, port: number): void;
  /** Closes the connections that are kept for reuse. */
  close(): void;
}

/** The guard does not allow a connection to this address. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  /** Not for users, who could map a private network with it. */
  readonly address: string;

  constructor(address: string) {
    super('The address belongs to a private network');
    this.address = address;
  }
}

/** Throws an Error that names an invalid entry of `allowedPrivateNetworks`. */
export function createGuard(options: GuardOptions): Guard {
  const isAllowed = parseAllowedNetworks(options.allowedPrivateNetworks);
  const assertAddress = (ip: string, port: number): void => {
    if (!isPublicAddress(ip) && !isAllowed(ip, port)) throw new PrivateAddressError(ip);
  };
  const { httpAgent, httpsAgent } = createGuardedAgents({
    assertAddress,
    lookup: options.lookup ?? lookupAll,
    certificateAuthorities: options.certificateAuthorities ?? [],
  });
  return {
    httpAgent,
    httpsAgent,
    assertAddress,
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
