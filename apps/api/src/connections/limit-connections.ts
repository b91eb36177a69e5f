import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { InletError } from '@inlet/contracts';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/create-metrics.js';
import { addressGroupOf } from './address-group.js';
import type { ConnectionLimits } from './connection-limits.js';
import { hasBody } from './limit-request-time.js';

/** Routes that are answered at any load. */
const HEALTH_ROUTES: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/metrics']);

/** Part of the connections that is kept for health checks and short refusals: an eighth, and no more than this. */
const MOST_SPARE = 32;
const SPARE_SHARE = 8;

interface Connection {
  readonly socket: Socket;
  readonly isOfProxy: boolean;
  /** The pool of its address, if that has a limit, and the pool of all. */
  readonly pools: readonly Pool[];
  /** Requests that were received completely and have no complete response. */
  answers: number;
}

/** The connections that share a limit. Those that wait are in the order in which they began to wait. */
interface Pool {
  readonly scope: 'address' | 'process';
  readonly max: number;
  readonly maxAnswering: number;
  open: number;
  answering: number;
  readonly waiting: Set<Connection>;
  readonly waitingOfProxies: Set<Connection>;
}

function createPool(scope: Pool['scope'], max: number): Pool {
  const maxAnswering = max - Math.min(MOST_SPARE, Math.ceil(max / SPARE_SHARE));
  return {
    scope,
    max,
    maxAnswering,
    open: 0,
    answering: 0,
    waiting: new Set(),
    waitingOfProxies: new Set(),
  };
}

const waitingOf = (pool: Pool, { isOfProxy }: Connection): Set<Connection> =>
  isOfProxy ? pool.waitingOfProxies : pool.waiting;

/**
 * Limits the connections of each address and of all. At the limit, a new connection replaces the one that has waited
 * longest for a request: silent, idle, or with a request that is not complete. A connection whose request is being
 * answered is never closed for another one. Call it before the routes are added.
 *
 * Not all connections may be answering, so that there is always one to replace, and health checks are always answered.
 */
export function limitConnections(
  app: FastifyInstance,
  limits: ConnectionLimits,
  { connections: gauge, connectionsReplaced }: Pick<Metrics, 'connections' | 'connectionsReplaced'>,
): void {
  const all = createPool('process', limits.max);
  const byAddress = new Map<string, Pool>();
  const bySocket = new Map<Socket, Connection>();

  const forget = (connection: Connection): void => {
    if (!bySocket.delete(connection.socket)) return;
    for (const pool of connection.pools) {
      pool.open -= 1;
      if (connection.answers > 0) pool.answering -= 1;
      waitingOf(pool, connection).delete(connection);
    }
    gauge.set(all.open);
  };

  const poolOfAddress = (address: string): Pool => {
    const group = addressGroupOf(address);
    const pool = byAddress.get(group) ?? createPool('address', limits.maxPerAddress);
    byAddress.set(group, pool);
    return pool;
  };

  const replace = (pool: Pool): void => {
    const [oldest] = pool.waiting.size > 0 ? pool.waiting : pool.waitingOfProxies;
    if (!oldest) return;
    forget(oldest);
    oldest.socket.destroy();
    connectionsReplaced.inc({ scope: pool.scope });
  };

  app.server.on('connection', (socket) => {
    const address = socket.remoteAddress;
    // It ended before it was accepted.
    if (address === undefined) return;
    const isOfProxy = limits.isTrustedProxy(address);
    const pools = isOfProxy ? [all] : [poolOfAddress(address), all];
    const connection: Connection = { socket, isOfProxy, pools, answers: 0 };
    bySocket.set(socket, connection);
    for (const pool of pools) {
      pool.open += 1;
      waitingOf(pool, connection).add(connection);
    }
    for (const pool of pools) if (pool.open > pool.max) replace(pool);
    gauge.set(all.open);
    socket.once('close', () => {
      forget(connection);
      if (byAddress.get(addressGroupOf(address))?.open === 0) byAddress.delete(addressGroupOf(address));
    });
  });

  // The body was read before this hook; a GET whose body never ends still counts as waiting.
  app.addHook('preValidation', async (request, reply) => {
    const connection = bySocket.get(request.raw.socket);
    if (!connection || isIncomplete(request.raw)) return;
    const isFull = (pool: Pool) => pool.answering >= pool.maxAnswering;
    const full = HEALTH_ROUTES.has(request.routeOptions.url) ? undefined : connection.pools.find(isFull);
    if (full && connection.answers === 0) {
      void reply.header('retry-after', 1);
      throw tooMany(full);
    }
    if (connection.answers === 0)
      for (const pool of connection.pools) {
        pool.answering += 1;
        waitingOf(pool, connection).delete(connection);
      }
    connection.answers += 1;
    reply.raw.once('close', () => {
      connection.answers -= 1;
      if (connection.answers > 0 || !bySocket.has(connection.socket)) return;
      for (const pool of connection.pools) {
        pool.answering -= 1;
        waitingOf(pool, connection).add(connection);
      }
    });
  });

  // Node closes idle connections with the same event, unless somebody listens to it.
  app.server.setTimeout(limits.stalledMs, (socket) => {
    const isAnswering = (bySocket.get(socket)?.answers ?? 0) > 0;
    if (!isAnswering || socket.writableLength > 0) socket.destroy();
  });
}

/** Node may mark a request without a body as complete only after its handler was called. */
const isIncomplete = (request: IncomingMessage): boolean => hasBody(request) && !request.complete;

function tooMany({ scope, maxAnswering }: Pool): InletError {
  return scope === 'address'
    ? new InletError('rate_limited', { detail: `At most ${maxAnswering} requests of one address at a time.` })
    : new InletError('unavailable', { detail: `It answers ${maxAnswering} requests already.` });
}
