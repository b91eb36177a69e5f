import type { ProjectSecrets } from '@inlet/contracts';
import { testDatabase } from '@inlet/testing/database';
import { createProject } from '@inlet/workflow';
import { compose, type RunningInlet } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { createLogger } from '../src/logger.js';
import type { BuiltFiles } from '../src/pages/built-files.js';

export interface CallOptions {
  /** The secret key to send; default: the project's. Null sends none. */
  readonly key?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as they are, instead of `body`. */
  readonly bytes?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body if it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about.
  readonly json: any;
}

export interface BootedInlet {
  readonly inlet: RunningInlet;
  readonly project: ProjectSecrets;
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** Starts the whole product on a new database and a free port, with one project. */
export async function bootInlet(
  environment: Readonly<Record<string, string>> = {},
  { builtFiles }: { builtFiles?: BuiltFiles } = {},
): Promise<BootedInlet> {
  const database = testDatabase();
  const config = readConfig({
    PORT: '0',
    ...database.environment,
    INLET_ALLOWED_PRIVATE_NETWORKS: '127.0.0.1',
    INLET_POLL_MILLISECONDS: '50',
    INLET_RATE_LIMIT_PER_MINUTE: '0',
    INLET_WIDGET_RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const log = createLogger({ level: config.logLevel });
  const inlet = await compose({ config, version: '0.0.0-test', log, builtFiles }).catch(async (error) => {
    await database.forget();
    throw error;
  });
  const project = await createProject(inlet.context, { name: 'Test' });
  return {
    inlet,
    project,
    call: async (method, path, options = {}) => {
      const { key = project.secretKey, body, bytes, headers = {} } = options;
      const sent = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
      const type = bytes === undefined ? 'application/json' : 'application/octet-stream';
      const response = await fetch(inlet.address + path, {
        method,
        headers: {
          ...(key === null ? {} : { accesskey: key }),
          ...(sent === undefined ? {} : { 'content-type': type }),
          ...headers,
        },
        ...(sent === undefined ? {} : { body: sent as BodyInit }),
      });
      const text = await response.text();
      const isJson = text !== '' && /[/+]json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : undefined,
      };
    },
    close: async () => {
      await inlet.close();
      await database.forget();
    },
  };
}
