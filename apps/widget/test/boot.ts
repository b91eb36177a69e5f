import { createHmac } from 'node:crypto';
import { type ProjectSecrets, projectSecretsSchema } from '@inlet/contracts';
import { cliProcesses } from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';

export interface Server {
  readonly url: string;
  /** In development mode: pages of this machine may show the widget, with unsigned users. */
  readonly project: ProjectSecrets;
  /** Signed users only, and pages of `https://shop.example`. */
  readonly strictProject: ProjectSecrets;
  /** The management API. */
  readonly api: <Answer>(method: string, path: string, body?: unknown, key?: string) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** The real server on a database of its own. */
export async function startServer(environment: Readonly<Record<string, string>> = {}): Promise<Server> {
  const database = testDatabase();
  const { output, serve } = cliProcesses(() => ({
    ...database.environment,
    INLET_RATE_LIMIT_PER_MINUTE: '0',
    // A machine that is busy is no site that does not answer.
    INLET_OUTLINE_DEADLINE_SECONDS: '60',
    ...environment,
  }));
  const create = async (...options: string[]) => {
    const { out, err } = await output(['project', 'create', ...options, '--json']);
    if (out === '') throw new Error(err);
    return projectSecretsSchema.parse(JSON.parse(out));
  };
  const { address, child, ended } = await serve();
  const project = await create('--name', 'Test', '--development');
  const strictProject = await create('--name', 'Strict', '--allow-origin', 'https://shop.example');
  return {
    url: address,
    project,
    strictProject,
    api: async (method, path, body, key = project.secretKey) => {
      const response = await fetch(address + path, {
        method,
        headers: { accesskey: key, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (response.status === 204 ? undefined : await response.json()) as never;
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      await database.forget();
    },
  };
}

/** Signed as a host's backend does it: HS256. */
export function signUserToken(
  secret: string,
  claims: { sub: string; exp?: number; [claim: string]: unknown },
): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 600;
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ exp, ...claims })}`;
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}
