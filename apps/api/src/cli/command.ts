import type { ParseArgsOptionsConfig } from 'node:util';
import type { Config } from '../config.js';

export interface Output {
  print(text: string): void;
  complain(text: string): void;
}

/** The arguments of a command: the words after its name, and its options. */
export interface Invocation extends Output {
  readonly words: readonly string[];
  readonly text: (option: string) => string | undefined;
  /** The values of an option that can be repeated. */
  readonly texts: (option: string) => readonly string[];
  readonly isSet: (option: string) => boolean;
  /** Read only on demand, so that `help` works with a wrong setting. */
  readonly config: () => Config;
  readonly version: string;
}

export interface Command {
  /** `project create --name NAME [--json]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: ParseArgsOptionsConfig;
  /** Number of words that it takes. */
  readonly wordCount: number;
  /** Resolves when the command is done; the process of `serve` continues after that. */
  run(invocation: Invocation): Promise<void>;
}

/** The command line is wrong. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command line is right, but the command failed; the message says why and what to do. Exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
