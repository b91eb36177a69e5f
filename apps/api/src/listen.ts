import { once } from 'node:events';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Config, ConfigError } from './config.js';

type Address = Pick<Config, 'host' | 'port'>;

/**
 * Checks that this process can listen, before it opens a database that another process may use.
 *
 * @throws ConfigError if the address or the port cannot be used
 */
export async function checkAddress(address: Address): Promise<void> {
  try {
    await tryListen(address);
  } catch (error) {
    throw await toConfigError(error, address);
  }
}

async function tryListen({ host, port }: Address): Promise<void> {
  const server = createServer();
  server.listen({ host, port });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/**
 * Starts to listen and returns the address.
 *
 * @throws ConfigError if the address or the port cannot be used
 */
export async function listen(app: FastifyInstance, address: Address): Promise<string> {
  try {
    return await app.listen({ host: address.host, port: address.port });
  } catch (error) {
    throw await toConfigError(error, address);
  }
}

async function toConfigError(cause: unknown, address: Address): Promise<unknown> {
  const sentence = await sentenceFor(cause instanceof Error && 'code' in cause ? cause.code : '', address);
  return sentence === null ? cause : new ConfigError(sentence, { cause });
}

async function sentenceFor(code: unknown, { host, port }: Address): Promise<string | null> {
  switch (code) {
    case 'EADDRINUSE':
      return `PORT is ${port}, but another process listens on it already; ${await freePortIn(host, port)} is free.`;
    case 'EACCES':
      return `PORT is ${port}, but this process may not listen on it; choose one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST is "${host}", but this machine has no such address; choose 127.0.0.1, 0.0.0.0 or ::.`;
    default:
      return null;
  }
}

const HIGHEST_PORT = 65_535;

/** The first free port after this one. */
async function freePortIn(host: string, port: number): Promise<number> {
  for (let next = port + 1; next < HIGHEST_PORT; next += 1)
    if (
      await tryListen({ host, port: next }).then(
        () => true,
        () => false,
      )
    )
      return next;
  return HIGHEST_PORT;
}
