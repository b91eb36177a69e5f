import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProjectSecrets, projectSecretsSchema } from '@inlet/contracts';
import { freePort } from '@inlet/testing';

const CLI = fileURLToPath(new URL('../../api/dist/cli.js', import.meta.url));

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

/** The real server on a directory of its own. */
export async function startServer(): Promise<Server> {
  const dataDir = mkdtempSync(join(tmpdir(), 'inlet-widget-'));
  const env = {
    PATH: process.env.PATH ?? '',
    PORT: String(await freePort()),
    INLET_DATA_DIR: dataDir,
    INLET_ALLOWED_PRIVATE_NETWORKS: '127.0.0.1',
    INLET_POLL_MILLISECONDS: '50',
    INLET_RATE_LIMIT_PER_MINUTE: '0',
    INLET_OUTLINE_DEADLINE_SECONDS: '4',
    LOG_LEVEL: 'error',
  };
  const create = (...options: string[]) =>
    projectSecretsSchema.parse(
      JSON.parse(
        execFileSync(process.execPath, [CLI, 'project', 'create', ...options, '--json'], { env }).toString(),
      ),
    );
  const project = create('--name', 'Test', '--development');
  const strictProject = create('--name', 'Strict', '--allow-origin', 'https://shop.example');
  const child = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${env.PORT}`;
  await isReady(url);
  return {
    url,
    project,
    strictProject,
    api: async (method, path, body, key = project.secretKey) => {
      const response = await fetch(url + path, {
        method,
        headers: { accesskey: key, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (response.status === 204 ? undefined : await response.json()) as never;
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The server did not start.');
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
