import type { ParseArgsOptionsConfig } from 'node:util';
import type { Config } from '../config.js';

export interface Output {
  print(text: string): void;
  complain(text: string): void;
}

/** What a command is called with: its words after the command's name, and its options. */
export interface Invocation extends Output {
  readonly words: readonly string[];
  readonly text: (option: string) => string | undefined;
  /** Of an option that can be given several times. */
  readonly texts: (option: string) => readonly string[];
  readonly isSet: (option: string) => boolean;
  /** Read when it is asked for, so that `help` works with a wrong setting. */
  readonly config: () => Config;
  readonly version: string;
}

export interface Command {
  /** `project create --name NAME [--json]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many words it takes. */
  readonly wordCount: number;
  /** Resolves when it is done; the process may go on, as that of `serve` does. */
  run(invocation: Invocation): Promise<void>;
}

/** The command line itself is wrong. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command line is right, but what it asks for cannot be done; the message says why and what to do. Exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
