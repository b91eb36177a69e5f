import { CommandFailure, UsageError } from '../command.js';

/**
 * Runs a database tool and reports its failure as one sentence, without a stack: a wrong state, a full disk, a server
 * that does not answer. Bugs keep their stack.
 */
export async function explainFailure<Result>(
  work: () => Promise<Result>,
  { describe = (reason) => reason }: { describe?: (reason: string) => string } = {},
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof UsageError || !isMeantForPeople(error))
      throw error;
    throw new CommandFailure(describe(asSentence(error.message)), { cause: error });
  }
}

/** Errors of the tools, the operating system or the driver. */
function isMeantForPeople(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error.constructor === Error || 'syscall' in error || error.name.startsWith('Mongo');
}

function asSentence(message: string): string {
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
