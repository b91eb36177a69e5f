import { pino } from 'pino';
import { createLogger } from '../logger.js';
import { type OpenContext, openContext } from '../open-context.js';
import type { Invocation } from './command.js';

const STANDARD_ERROR = 2;

/** Runs a command on the data of a server, which may run at the same time. Warnings go to standard error. */
export async function withContext<Result>(
  { config, version }: Invocation,
  act: (opened: OpenContext) => Promise<Result>,
): Promise<Result> {
  const log = createLogger({ level: 'warn' }, pino.destination({ fd: STANDARD_ERROR, sync: true }));
  const opened = await openContext({ config: config(), version, log });
  try {
    return await act(opened);
  } finally {
    await opened.close();
  }
}
