import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InletError, toProblem } from '@inlet/contracts';
import { NewerFormatError } from '@inlet/embedded-mongo';
import { z } from 'zod';
import { type Config, ConfigError, readConfig } from '../config.js';
import { type Command, CommandFailure, type Output, UsageError } from './command.js';
import { DB_COMMANDS } from './db/db-commands.js';
import { embedCommand } from './embed.js';
import { outlineCommand } from './outline.js';
import {
  createProjectCommand,
  endGraceCommand,
  listProjectsCommand,
  rotateCommand,
  showProjectCommand,
  updateProjectCommand,
} from './project.js';
import { serveCommand } from './serve.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: serveCommand,
  'project create': createProjectCommand,
  'project update': updateProjectCommand,
  'project list': listProjectsCommand,
  'project show': showProjectCommand,
  'project rotate': rotateCommand,
  'project end-grace': endGraceCommand,
  embed: embedCommand,
  outline: outlineCommand,
  ...DB_COMMANDS,
  version: {
    usage: 'version',
    summary: 'Print the version.',
    options: {},
    wordCount: 0,
    run: async ({ print, version }) => print(version),
  },
  help: {
    usage: 'help',
    summary: 'Print this.',
    options: {},
    wordCount: 0,
    run: async ({ print, version }) => print(helpText(version)),
  },
};

const SAME_AS: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
};

export interface CliOptions extends Output {
  /** Default: the environment of the process. */
  readonly config?: () => Config;
}

/** Runs one command line. Returns the exit code: 0, 1 if the command failed, 2 if the command line was wrong. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<number> {
  const { config = () => readConfig(), ...output } = options;
  try {
    const { command, rest } = findCommand(args);
    const { values, positionals } = parse(rest, command);
    await command.run({
      ...output,
      words: positionals,
      text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
      texts: (option) => textsOf(values[option]),
      isSet: (option) => values[option] === true,
      config,
      version: readVersion(),
    });
    return 0;
  } catch (error) {
    output.complain(describe(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function findCommand(args: readonly string[]): { command: Command; rest: readonly string[] } {
  const [first = 'help', second = ''] = args;
  const pair = COMMANDS[`${first} ${second}`];
  if (pair) return { command: pair, rest: args.slice(2) };
  const single = COMMANDS[SAME_AS[first] ?? first];
  if (single) return { command: single, rest: args.slice(1) };
  const isGroup = Object.keys(COMMANDS).some((name) => name.startsWith(`${first} `));
  const given = isGroup && second !== '' ? `${first} ${second}` : first;
  throw new UsageError(`There is no command "${given}". "inlet help" lists all commands.`);
}

function parse(args: readonly string[], command: Command) {
  try {
    const parsed = parseArgs({
      args: [...args],
      options: command.options,
      allowPositionals: true,
      strict: true,
    });
    if (parsed.positionals.length !== command.wordCount) throw new UsageError('');
    return parsed;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ', 1)[0] ?? '').replace(/\.$/, '') : '';
    throw new UsageError(`${reason === '' ? '' : `${reason}. `}Use it like this: inlet ${command.usage}`);
  }
}

function describe(error: unknown): string {
  if (error instanceof UsageError || error instanceof CommandFailure || error instanceof ConfigError)
    return error.message;
  if (error instanceof NewerFormatError) return `${error.message}.`;
  if (!(error instanceof InletError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { title, detail, help, feeds } = toProblem(error);
  const offered = Array.isArray(feeds) ? feeds.map(({ url }) => `\n  ${String(url)}`).join('') : '';
  return `${title}.${detail === undefined ? '' : ` ${detail}`}\n${help}${offered}`;
}

/** Width of most usages; a longer one has its summary on the next line. */
const USAGE_WIDTH = 54;

function helpText(version: string): string {
  const lines = Object.values(COMMANDS).map(({ usage, summary }) =>
    usage.length > USAGE_WIDTH
      ? `  inlet ${usage}\n        ${' '.repeat(USAGE_WIDTH)}  ${summary}`
      : `  inlet ${usage.padEnd(USAGE_WIDTH)}  ${summary}`,
  );
  return [
    `Inlet ${version}`,
    '',
    ...lines,
    '',
    'Settings come from environment variables; docs/configuration.md lists them. The project and db commands work on',
    'the same data as a running server (INLET_DATA_DIR or MONGODB_URI).',
  ].join('\n');
}

const manifestSchema = z.object({ version: z.string() });

/** The version in the manifest of this package. */
export function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return manifestSchema.parse(JSON.parse(manifest)).version;
}
