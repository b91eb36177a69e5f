import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface TestProcess {
  child: ChildProcess;
  /** The first message of the process. */
  message: unknown;
  /** Kills the process as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts one of the scripts beside this file and waits for its first message. */
export async function startProcess(
  script: string,
  args: string[],
  options: ForkOptions = {},
): Promise<TestProcess> {
  const child = fork(join(import.meta.dirname, script), args, { execArgv: [], ...options });
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  const message = await new Promise<unknown>((ready, fail) => {
    child.once('message', ready);
    child.once('exit', (code) => fail(new Error(`${script} ended with ${code}`)));
  });
  return {
    child,
    message,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Starts a separate process with a server over a data directory. */
export async function startServerProcess(dataDir: string): Promise<TestProcess & { uri: string }> {
  const prepared = await prepareServerProcess();
  return { ...prepared, uri: await prepared.serve(dataDir, 'flush') };
}

export interface PreparedServer extends TestProcess {
  /** Starts the server; returns its URI. */
  serve(dataDir: string, durability: 'flush' | 'commit'): Promise<string>;
}

/** Starts a process that has loaded all modules and can serve a data directory at once. */
export async function prepareServerProcess(): Promise<PreparedServer> {
  const started = await startProcess('serve.mjs', []);
  return {
    ...started,
    async serve(dataDir, durability) {
      const answer = once(started.child, 'message');
      started.child.send({ dataDir, durability });
      const [{ uri }] = (await answer) as [{ uri: string }];
      return uri;
    },
  };
}
