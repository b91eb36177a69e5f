import type { FastifyRequest } from 'fastify';

/** The language tag that a client names first, which is the only one that the widget names; English otherwise. */
export function localeOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  return /^\s*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\s*(?:[,;]|$)/i.exec(headers['accept-language'] ?? '')?.[1];
}
