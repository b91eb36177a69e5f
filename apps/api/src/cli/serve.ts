import { compose } from '../compose.js';
import { createLogger } from '../logger.js';
import { stopOnSignals } from '../stop-on-signals.js';
import type { Command } from './command.js';

export const serveCommand: Command = {
  usage: 'serve',
  summary: 'Start the API, the worker, or both (INLET_ROLE).',
  options: {},
  wordCount: 0,
  run: async (invocation) => {
    const config = invocation.config();
    const log = createLogger({ level: config.logLevel });
    const inlet = await compose({ config, version: invocation.version, log });
    stopOnSignals({ close: () => inlet.close(), shutdownMs: config.shutdownMs, log, process });
    log.info({ address: inlet.address, role: config.role, version: invocation.version }, 'Inlet is running');
  },
};
