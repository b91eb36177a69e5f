import type { FastifyInstance } from 'fastify';
import { type Config, ConfigError } from './config.js';

/**
 * Starts to listen and returns the address.
 *
 * @throws ConfigError if the address or the port cannot be used
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const sentence = sentenceFor(cause instanceof Error && 'code' in cause ? cause.code : '', { host, port });
    throw sentence === null ? cause : new ConfigError(sentence, { cause });
  }
}

function sentenceFor(code: unknown, { host, port }: { host: string; port: number }): string | null {
  switch (code) {
    case 'EADDRINUSE':
      return `PORT is ${port}, but another process listens on it already; choose another one.`;
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
