import { CommandFailure, UsageError } from '../command.js';

/**
 * Runs work of the database's tools, whose errors are sentences for operators: wrong states, full disks, servers that
 * do not answer. Errors in the code keep their stack.
 */
export async function failingInWords<Result>(
  work: () => Promise<Result>,
  { insteadSay = (reason) => reason }: { insteadSay?: (reason: string) => string } = {},
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof UsageError || !isMeantForPeople(error))
      throw error;
    throw new CommandFailure(insteadSay(asSentence(error.message)), { cause: error });
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
