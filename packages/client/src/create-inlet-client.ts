import { importJobCalls } from './import-jobs.js';
import { deliveryCalls, runCalls, scheduleCalls } from './runs.js';
import { type ClientOptions, createSender } from './send-request.js';
import { sourceCalls } from './sources.js';
import { templateCalls } from './templates.js';

/**
 * The REST API of Inlet, for the backend of a host.
 *
 * Calls throw InletApiError, with the problem document, where Inlet refuses, and InletConnectionError where there
 * is no answer. A POST carries an `Idempotency-Key`, so that it is repeated safely when the network fails.
 *
 * @example
 * const inlet = createInletClient({ baseUrl: 'https://inlet.example.com', secretKey });
 * for await (const job of inlet.importJobs.listOfUser('user-7')) console.log(job.label, job.scheduleText);
 */
export function createInletClient(options: ClientOptions) {
  const sender = createSender(options);
  return {
    templates: templateCalls(sender),
    sources: sourceCalls(sender),
    importJobs: importJobCalls(sender),
    runs: runCalls(sender),
    deliveries: deliveryCalls(sender),
    schedules: scheduleCalls(sender),
  };
}

export type InletClient = ReturnType<typeof createInletClient>;
