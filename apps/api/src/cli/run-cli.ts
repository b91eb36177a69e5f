import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InletError, toProblem } from '@inlet/contracts';
import { NewerFormatError } from '@inlet/embedded-mongo';
import { z } from 'zod';
import { type Config, ConfigError, readConfig } from '../config.js';
import { type Command, CommandFailure, type Output, UsageError } from './command.js';
import { DB_COMMANDS } from './db/db-commands.js';
import { embedCommand } from './embed.js';
import { forgetKeysCommand, keyStatusCommand, rotateKeyCommand } from './key.js';
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
  'key status': keyStatusCommand,
  'key rotate': rotateKeyCommand,
  'key forget': forgetKeysCommand,
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
    const asked = helpOf(args);
    if (asked !== null) {
      output.print(asked);
      return 0;
    }
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

const lineOf = ({ usage, summary }: Command): string =>
  usage.length > USAGE_WIDTH
    ? `  inlet ${usage}\n        ${' '.repeat(USAGE_WIDTH)}  ${summary}`
    : `  inlet ${usage.padEnd(USAGE_WIDTH)}  ${summary}`;

/** The lines of the commands before `--help`, such as all of `inlet project --help`; null if it asks for no such help. */
function helpOf(args: readonly string[]): string | null {
  const end = args.findIndex((word) => SAME_AS[word] === 'help');
  const words = args.slice(0, end === -1 ? 0 : end).filter((word) => !word.startsWith('-'));
  if (words.length === 0) return null;
  const named = Object.entries(COMMANDS).filter(([name]) => `${words.join(' ')} `.startsWith(`${name} `));
  const group = Object.entries(COMMANDS).filter(([name]) => name.startsWith(`${words[0]} `));
  const found = named.length > 0 ? named : words.length === 1 ? group : [];
  return found.length === 0 ? null : found.map(([, command]) => lineOf(command)).join('\n');
}

function helpText(version: string): string {
  return [
    `Inlet ${version}`,
    '',
    ...Object.values(COMMANDS).map(lineOf),
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
