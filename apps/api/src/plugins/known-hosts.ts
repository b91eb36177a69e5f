import { isIPv4 } from 'node:net';
import { InletError } from '@inlet/contracts';
import type { FastifyInstance } from 'fastify';

export interface KnownHosts {
  /** The address that the server listens on. */
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly isTrustedProxy: (address: string) => boolean;
}

/** True for a name or address of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/**
 * Refuses requests for other hosts if the server listens on this machine alone: the page of another site can let its
 * own name resolve to 127.0.0.1, and would then be same-origin with this server (DNS rebinding). Trusted proxies may
 * pass on any host.
 */
export function addKnownHosts(app: FastifyInstance, { host, publicUrl, isTrustedProxy }: KnownHosts): void {
  if (!isLoopback(host)) return;
  const publicHost = publicUrl === undefined ? null : new URL(publicUrl).hostname;
  app.addHook('onRequest', async ({ raw }) => {
    const name = nameIn(raw.headers.host);
    // Browsers always name the host.
    if (name === null || isLoopback(name) || name === publicHost) return;
    const address = raw.socket.remoteAddress;
    if (address !== undefined && isTrustedProxy(address)) return;
    throw new InletError('host_not_allowed', { detail: `The host is "${name}".` });
  });
}

/** The name or address in a Host header, without its port and without brackets; null if there is none. */
function nameIn(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  return header
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
