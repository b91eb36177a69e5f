import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../apps/api/dist/cli.js', import.meta.url));

type Environment = Readonly<Record<string, string>>;

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A server that runs, with the lines of its log. */
export interface Serving {
  readonly child: ChildProcess;
  readonly address: string;
  readonly lines: readonly Record<string, unknown>[];
  /** Resolves with the log line that has this message. Rejects if the process ends without it. */
  readonly said: (message: string) => Promise<Record<string, unknown>>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface CliProcesses {
  /** Runs a command to its end. */
  readonly output: (args: readonly string[], environment?: Environment) => Promise<Finished>;
  readonly serve: (environment?: Environment) => Promise<Serving>;
  /** Ends at once what still runs. */
  readonly kill: () => Promise<void>;
}

/** Runs the built command line in separate processes, with the given settings. */
export function cliProcesses(settings: () => Environment): CliProcesses {
  const started: ChildProcess[] = [];
  // A hook that ran out of time never comes to the end of what it started.
  process.once('exit', () => {
    for (const child of started) child.kill('SIGKILL');
  });
  const start = (
    args: readonly string[],
    { environment = {}, stderr }: { environment?: Environment | undefined; stderr: 'pipe' | 'inherit' },
  ): ChildProcess => {
    const child = spawn(process.execPath, [CLI, ...args], {
      stdio: ['ignore', 'pipe', stderr],
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        INLET_ALLOWED_PRIVATE_NETWORKS: '127.0.0.1',
        INLET_POLL_MILLISECONDS: '50',
        ...settings(),
        ...environment,
      },
    });
    started.push(child);
    return child;
  };
  return {
    output: (args, environment) => outputOf(start(args, { environment, stderr: 'pipe' })),
    serve: (environment) => serving(start(['serve'], { environment, stderr: 'inherit' })),
    kill: async () => {
      const alive = started.splice(0).filter((child) => child.exitCode === null && child.signalCode === null);
      const ended = alive.map((child) => once(child, 'exit'));
      for (const child of alive) child.kill('SIGKILL');
      await Promise.all(ended);
    },
  };
}

async function outputOf(child: ChildProcess): Promise<Finished> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

async function serving(child: ChildProcess): Promise<Serving> {
  if (!child.stdout) throw new Error('there is no output');
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface(child.stdout);
  // The demo also prints lines for people, which are not log lines.
  reader.on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line));
  });
  let isOver = false;
  const over = once(reader, 'close').then(() => {
    isOver = true;
  });
  const said = async (message: string) => {
    for (;;) {
      const line = lines.find(({ msg }) => msg === message);
      if (line) return line;
      if (isOver) throw new Error(`The server ended without saying "${message}".`);
      await Promise.race([once(reader, 'line'), over]);
    }
  };
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const address = String((await said('Inlet is running')).address);
  return { child, address, lines, said, ended };
}
