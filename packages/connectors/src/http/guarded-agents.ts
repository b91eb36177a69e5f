import { type AgentOptions, type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { Lookup, LookupAddress } from './lookup.js';

type Connected = (error: Error | null, stream: Duplex) => void;

interface Checks {
  readonly assertAddress: (ip: string, port: number) => void;
  readonly lookup: Lookup;
}

/** Large socket buffers: bodies arrive in pieces of up to 256 KB, which parsers like best. */
const HIGH_WATER_MARK = 262_144;
/** Servers commonly close idle connections after five seconds; being earlier avoids sending into a closing one. */
const IDLE_MS = 4_000;
/** Node's default of 250 ms gives up on far hosts that have several addresses. */
const ATTEMPT_TIMEOUT_MS = 1_000;

const POOL = {
  keepAlive: true,
  maxFreeSockets: 64,
  timeout: IDLE_MS,
  scheduling: 'lifo',
  autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
  highWaterMark: HIGH_WATER_MARK,
} as const;

/** Agents that check each address in the look-up that the connection itself uses. */
export function createGuardedAgents(options: Checks & { certificateAuthorities: readonly string[] }): {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
} {
  const { certificateAuthorities: extra } = options;
  // Once, as reading all the authorities takes milliseconds.
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

  override createConnection(options: ClientRequestArgs, connected?: Connected): Duplex | null | undefined {
    const refusal = refuseLiteral(options, this.#checks);
    if (refusal) return refuse(refusal, connected);
    return super.createConnection({ ...options, lookup: checkedLookup(options, this.#checks) }, connected);
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  readonly #checks: Checks;

  constructor(options: HttpsAgentOptions, checks: Checks) {
    super(options);
    this.#checks = checks;
  }

  override createConnection(options: RequestOptions, connected?: Connected): Duplex | null | undefined {
    const refusal = refuseLiteral(options, this.#checks);
    if (refusal) return refuse(refusal, connected);
    return super.createConnection({ ...options, lookup: checkedLookup(options, this.#checks) }, connected);
  }
}

/** Node does not look addresses up that are written as such, so they are checked here. */
function refuseLiteral(options: ClientRequestArgs, checks: Checks): Error | undefined {
  if (options.socketPath) return new Error('A local socket is no address of the network');
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

function refuse(error: Error, connected: Connected | undefined): Duplex | undefined {
  const socket = new Socket();
  if (!connected) return socket.destroy(error);
  connected(error, socket);
  return undefined;
}

function checkedLookup(options: ClientRequestArgs, checks: Checks): LookupFunction {
  return (hostname, { all, family }, callback) => {
    resolve(hostname, Number(options.port), checks).then(
      (found) => {
        const addresses = found.filter((each) => fits(each, family));
        const [first] = addresses;
        if (!first) callback(noAddress(hostname), []);
        else if (all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(asError(error), []),
    );
  };
}

/** One bad address among good ones is enough to refuse the name: there is no honest reason for such a mixture. */
async function resolve(hostname: string, port: number, { lookup, assertAddress }: Checks) {
  const found = await lookup(hostname);
  for (const { address } of found) assertAddress(address, port);
  return found;
}

function fits({ family }: LookupAddress, wanted: number | string | undefined): boolean {
  return !wanted || wanted === family || wanted === `IPv${family}`;
}

function noAddress(hostname: string): Error {
  return Object.assign(new Error(`No address for ${hostname}`), { code: 'ENOTFOUND' });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
