import { lookup } from 'node:dns/promises';
import { type AgentOptions, type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, rootCertificates } from 'node:tls';

/** Resolves a host name to all of its addresses, in the order in which they should be tried. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface LookupAddress {
  readonly address: string;
  readonly family: number;
}

export const lookupAll: Lookup = (hostname) => lookup(hostname, { all: true });

type OnConnected = (error: Error | null, stream: Duplex) => void;

interface Checks {
  readonly assertAddress: (ip: string, port: number) => void;
  readonly lookup: Lookup;
}

interface AgentsOptions extends Checks {
  readonly certificateAuthorities: readonly string[];
}

interface GuardedAgents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Bodies arrive in chunks of up to 256 KB, the size at which parsers are fastest. */
const HIGH_WATER_MARK = 262_144;
/** Servers commonly close idle connections after five seconds. Closing earlier avoids a request on a closing one. */
const IDLE_MS = 4_000;
/** Node's default of 250 ms is too short for distant hosts with several addresses. */
const ATTEMPT_TIMEOUT_MS = 1_000;

const POOL = {
  keepAlive: true,
  maxFreeSockets: 64,
  timeout: IDLE_MS,
  scheduling: 'lifo',
  autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
  highWaterMark: HIGH_WATER_MARK,
} as const;

/** Creates agents that check each address within the look-up that the connection itself uses. */
export function createGuardedAgents(options: AgentsOptions): GuardedAgents {
  const { certificateAuthorities: extra } = options;
  // Created once, because parsing all authorities takes milliseconds.
  const trust =
    extra.length === 0 ? {} : { secureContext: createSecureContext({ ca: [...rootCertificates, ...extra] }) };
  return {
    httpAgent: new GuardedHttpAgent(POOL, options),
    httpsAgent: new GuardedHttpsAgent({ ...POOL, ...trust }, options),
  };
}

class GuardedHttpAgent extends HttpAgent {
  readonly #checks: Checks;

  constructor(options: AgentOptions, checks: Checks) {
    super(options);
    this.#checks = checks;
  }

  override createConnection(
    options: ClientRequestArgs,
    onConnected?: OnConnected,
  ): Duplex | null | undefined {
    const refusal = refuseLiteral(options, this.#checks);
    if (refusal) return refuse(refusal, onConnected);
    return super.createConnection({ ...options, lookup: checkedLookup(options, this.#checks) }, onConnected);
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  readonly #checks: Checks;

  constructor(options: HttpsAgentOptions, checks: Checks) {
    super(options);
    this.#checks = checks;
  }

  override createConnection(options: RequestOptions, onConnected?: OnConnected): Duplex | null | undefined {
    const refusal = refuseLiteral(options, this.#checks);
    if (refusal) return refuse(refusal, onConnected);
    return super.createConnection({ ...options, lookup: checkedLookup(options, this.#checks) }, onConnected);
  }
}

/** Checks an IP address that is given as the host: Node does not call the look-up for it. */
function refuseLiteral(options: ClientRequestArgs, checks: Checks): Error | undefined {
  if (options.socketPath) return new Error('A local socket is not a network address');
  const host = (options.host ?? options.hostname ?? '').replace(/^\[(.*)\]$/, '$1');
  if (host === '') return new Error('A connection needs a host');
  if (isIP(host) === 0) return undefined;
  try {
    checks.assertAddress(host, Number(options.port));
    return undefined;
  } catch (error) {
    return asError(error);
  }
}

function refuse(error: Error, onConnected: OnConnected | undefined): Duplex | undefined {
  const socket = new Socket();
  if (!onConnected) return socket.destroy(error);
  onConnected(error, socket);
  return undefined;
}

function checkedLookup(options: ClientRequestArgs, checks: Checks): LookupFunction {
  return (hostname, { all, family }, callback) => {
    resolveChecked(hostname, Number(options.port), checks).then(
      (found) => {
        const addresses = found.filter((each) => hasFamily(each, family));
        const [first] = addresses;
        if (!first) callback(addressNotFound(hostname), []);
        else if (all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(asError(error), []),
    );
  };
}

/** Rejects a name with a single private address among public ones: honest names have no such mixture. */
async function resolveChecked(hostname: string, port: number, { lookup, assertAddress }: Checks) {
  const found = await lookup(hostname);
  for (const { address } of found) assertAddress(address, port);
  return found;
}

function hasFamily({ family }: LookupAddress, wanted: number | string | undefined): boolean {
  return !wanted || wanted === family || wanted === `IPv${family}`;
}

function addressNotFound(hostname: string): Error {
  return Object.assign(new Error(`No address for ${hostname}`), { code: 'ENOTFOUND' });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
