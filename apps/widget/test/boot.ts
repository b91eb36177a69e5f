import { type ProjectSecrets, projectSecretsSchema } from '@inlet/contracts';
import { cliProcesses } from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';

export interface Server {
  readonly url: string;
  /** In development mode: local pages may show the widget with unsigned users. */
  readonly project: ProjectSecrets;
  /** Only signed users, and only pages of `https://shop.example`. */
  readonly strictProject: ProjectSecrets;
  /** The management API. */
  readonly api: <Answer>(method: string, path: string, body?: unknown, key?: string) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** Starts the real server on a new database. */
export async function startServer(environment: Readonly<Record<string, string>> = {}): Promise<Server> {
  const database = testDatabase();
  const { output, serve } = cliProcesses(() => ({
    ...database.environment,
    INLET_RATE_LIMIT_PER_MINUTE: '0',
    // On a busy machine, the default deadline would be too short.
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
