import { compose } from '../compose.js';
import { DEMO_USER, type Demo } from '../demo/open-demo.js';
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
    const onDatabaseLost = (error: Error) => {
      log.fatal({ error }, 'the embedded database ended, so Inlet ends too; start it again');
      process.exit(1);
    };
    const inlet = await compose({ config, version: invocation.version, log, onDatabaseLost });
    stopOnSignals({ close: () => inlet.close(), shutdownMs: config.shutdownMs, log, process });
    log.info({ address: inlet.address, role: config.role, version: invocation.version }, 'Inlet is running');
    if (inlet.demo) process.stdout.write(welcome(inlet.address, inlet.demo));
  },
};

function welcome(address: string, { secrets, baseUrl }: Demo): string {
  return `
  Inlet is running at ${address}

  Open it in a browser: Harbour Desk, a made-up newsroom, embeds the widget. Its first stories are there already,
  and it has addresses to try in the wizard.
  The API is described at ${baseUrl}/docs. Try it:

    curl -s ${baseUrl}/v1/import-jobs/user/${DEMO_USER} -H 'accesskey: ${secrets.secretKey}'

  Demo project       ${secrets.projectId}
  Secret key         ${secrets.secretKey}
  Publishable key    ${secrets.publishableKey}
  Webhook secret     ${secrets.webhookSecret}
  User-token secret  ${secrets.userTokenSecret}

  Stop it with Ctrl+C. Its data stays and is there again at the next start.

`;
}
