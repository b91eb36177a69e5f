import { importJobCalls } from './import-jobs.js';
import { projectCalls } from './project.js';
import { deliveryCalls, runCalls, scheduleCalls } from './runs.js';
import { type ClientOptions, createSender } from './send-request.js';
import { sourceCalls } from './sources.js';
import { templateCalls } from './templates.js';
import { uploadCalls } from './uploads.js';
import { userCalls } from './users.js';

export interface InletClient {
  readonly project: ReturnType<typeof projectCalls>;
  readonly templates: ReturnType<typeof templateCalls>;
  readonly sources: ReturnType<typeof sourceCalls>;
  readonly importJobs: ReturnType<typeof importJobCalls>;
  readonly uploads: ReturnType<typeof uploadCalls>;
  readonly users: ReturnType<typeof userCalls>;
  readonly runs: ReturnType<typeof runCalls>;
  readonly deliveries: ReturnType<typeof deliveryCalls>;
  readonly schedules: ReturnType<typeof scheduleCalls>;
}

/**
 * Creates a client of Inlet's REST API, for the backend of a host.
 *
 * Calls throw InletApiError, with the problem document, if Inlet answers with an error, and InletConnectionError
 * without a response. A POST carries an `Idempotency-Key`, so that it is safe to repeat if the network fails.
 * Throws a TypeError if `baseUrl` is not an address.
 *
 * @example
 * const inlet = createInletClient({ baseUrl: 'https://inlet.example.com', secretKey });
 * for await (const job of inlet.importJobs.listOfUser('user-7')) console.log(job.label, job.scheduleText);
 */
export function createInletClient(options: ClientOptions): InletClient {
  const sender = createSender(options);
  return {
    project: projectCalls(sender),
    templates: templateCalls(sender),
    sources: sourceCalls(sender),
    importJobs: importJobCalls(sender),
    uploads: uploadCalls(sender),
    users: userCalls(sender),
    runs: runCalls(sender),
    deliveries: deliveryCalls(sender),
    schedules: scheduleCalls(sender),
  };
}
