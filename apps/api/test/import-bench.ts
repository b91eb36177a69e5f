import type { DeliveryView, JobView, Page, RunIssue, RunView, TemplateView } from '@inlet/contracts';
import { isFinished } from '@inlet/contracts';
import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

/** The product with a site to read from and a receiver to send to, and the calls that tests of imports make. */
export interface ImportBench extends BootedInlet, Omit<ImportPeers, 'templateInput' | 'jobInput'> {
  readonly makeTemplate: (changes?: object) => Promise<TemplateView>;
  readonly makeJob: (changes?: object) => Promise<JobView>;
  readonly job: (id: string) => Promise<JobView>;
  readonly run: (id: string) => Promise<RunView>;
  /** Asks for a run and waits for its end. */
  readonly runNow: (jobId: string, body?: object) => Promise<RunView>;
  readonly finished: (runId: string) => Promise<RunView>;
  /** Makes the job due now, as if its time had come, and waits for the run's end. */
  readonly tickNow: (jobId: string) => Promise<void>;
  readonly issues: (runId: string) => Promise<readonly RunIssue[]>;
  readonly deliveries: (runId: string) => Promise<readonly DeliveryView[]>;
}

export async function startImportBench(environment: Record<string, string> = {}): Promise<ImportBench> {
  const [booted, peers] = await Promise.all([bootInlet(environment), startImportPeers()]);
  const { call, inlet, project } = booted;
  const get = async <Result>(path: string): Promise<Result> =>
    (await expectStatus(call('GET', path), 200)).json;
  let defaultTemplate: TemplateView | undefined;

  const makeTemplate: ImportBench['makeTemplate'] = async (changes) => {
    const body = peers.templateInput(changes);
    return (await expectStatus(call('POST', '/v1/templates', { body }), 201)).json;
  };
  const makeJob: ImportBench['makeJob'] = async (changes) => {
    defaultTemplate ??= await makeTemplate();
    const body = peers.jobInput(defaultTemplate.id, changes);
    return (await expectStatus(call('POST', '/v1/import-jobs', { body }), 201)).json.job;
  };
  const run = (id: string) => get<RunView>(`/v1/runs/${id}`);
  const job = (id: string) => get<JobView>(`/v1/import-jobs/${id}`);
  const finished = async (runId: string) => {
    const view = await waitFor(
      () => run(runId),
      ({ outcome }) => isFinished(outcome),
    );
    // The closing event follows the end of the run.
    await settled(() => deliveriesOf(get, runId));
    return view;
  };
  return {
    ...booted,
    ...peers,
    makeTemplate,
    makeJob,
    job,
    run,
    finished,
    async runNow(jobId, body = {}) {
      const { json } = await expectStatus(call('POST', `/v1/import-jobs/${jobId}/run`, { body }), 202);
      return finished(json.id);
    },
    async tickNow(jobId) {
      const now = new Date();
      const { projectId } = project;
      const changed = await inlet.context.store.jobs.change(
        { projectId, jobId },
        { changes: { nextRunAt: now }, now },
      );
      if (!changed) throw new Error('there is no such job');
      const { externalUserId } = changed;
      await inlet.context.queue.setTick({ projectId, jobId, externalUserId, at: now });
    },
    issues: async (runId) => (await get<Page<RunIssue>>(`/v1/runs/${runId}/issues?limit=200`)).items,
    deliveries: (runId) => deliveriesOf(get, runId),
    close: async () => {
      await booted.close();
      await peers.close();
    },
  };
}

const deliveriesOf = async (get: <Result>(path: string) => Promise<Result>, runId: string) =>
  (await get<Page<DeliveryView>>(`/v1/runs/${runId}/deliveries?limit=200`)).items;

async function settled(read: () => Promise<readonly DeliveryView[]>): Promise<void> {
  await waitFor(read, (deliveries) =>
    deliveries.every(({ status, attemptCount }) => status !== 'pending' || attemptCount > 0),
  );
}

async function expectStatus<Answer extends { status: number; text: string }>(
  pending: Promise<Answer>,
  status: number,
): Promise<Answer> {
  const answer = await pending;
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer;
}
