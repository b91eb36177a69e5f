import { type Context, findScheme } from '@inlet/workflow';
import type { FastifyInstance } from 'fastify';

/** Fields that are sent with a request. They are never sent without TLS unless the address says `http:`. */
const SECRETS = ['headers', 'auth', 'basicAuth', 'request'];

/** Finds the scheme of source addresses that name none, before the checks of a body complete them with `https:`. */
export function addOpenSchemes(app: FastifyInstance, { context }: { context: Context }): void {
  app.addHook('preValidation', async ({ body }) => {
    for (const source of [member(body, 'source'), member(member(body, 'changes'), 'source')]) {
      if (source === undefined || SECRETS.some((name) => name in source)) continue;
      if (typeof source.url === 'string') source.url = await findScheme(context, source.url);
    }
  });
}

type Members = Record<string, unknown>;

function member(value: unknown, name: string): Members | undefined {
  const found = isObject(value) ? value[name] : undefined;
  return isObject(found) ? found : undefined;
}

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null;
