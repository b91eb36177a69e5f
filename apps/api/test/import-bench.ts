import type {
  DeliveryView,
  JobView,
  Page,
  RunIssue,
  RunView,
  TemplateView,
  WebhookEvent,
} from '@inlet/contracts';
import { isFinished } from '@inlet/contracts';
import {
  type FeedItem,
  type FeedServer,
  type Receiver,
  rssFeed,
  startFeedServer,
  startReceiver,
  waitFor,
} from '@inlet/testing';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

/** The product with a site to read from and a receiver to send to, and the calls that tests of imports make. */
export interface ImportBench extends BootedInlet {
  readonly site: FeedServer;
  readonly receiver: Receiver;
  readonly setFeed: (items: readonly FeedItem[], headers?: { etag?: string }) => void;
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
  /** All events that came, in order of arrival. */
  readonly events: () => readonly WebhookEvent[];
  /** All rows that came, in order of arrival. */
  readonly rows: () => readonly { rowKey: string; change: string; values: Record<string, unknown> | null }[];
}

export const FAR_AWAY = { kind: 'years', month: 1, on: { kind: 'day', day: 1 }, time: '00:00' };

export async function startImportBench(environment: Record<string, string> = {}): Promise<ImportBench> {
  const [booted, site, receiver] = await Promise.all([
    bootInlet(environment),
    startFeedServer(),
    startReceiver(),
  ]);
  const { call, inlet, project } = booted;
  const get = async <Result>(path: string): Promise<Result> =>
    (await expectStatus(call('GET', path), 200)).json;
  let templates = 0;
  let defaultTemplate: TemplateView | undefined;

  const setFeed: ImportBench['setFeed'] = (items, headers = {}) => {
    site.route('/feed.xml', { body: rssFeed(items), ...headers });
  };
  const makeTemplate: ImportBench['makeTemplate'] = async (changes = {}) => {
    templates += 1;
    const body = {
      code: `news-${templates}`,
      name: 'News',
      columns: [
        { key: 'title', name: 'Title', required: true },
        { key: 'text', name: 'Text' },
        { key: 'price', name: 'Price', type: 'number' },
      ],
      destination: { url: receiver.url, rowsPerBatch: 10 },
      ...changes,
    };
    return (await expectStatus(call('POST', '/v1/templates', { body }), 201)).json;
  };
  const makeJob: ImportBench['makeJob'] = async (changes = {}) => {
    defaultTemplate ??= await makeTemplate();
    const body = {
      templateId: defaultTemplate.id,
      externalUserId: 'user-1',
      label: 'Feed',
      source: { kind: 'url', url: site.url('/feed.xml') },
      recordPath: '/rss/channel/item',
      mapping: [
        { column: 'title', path: 'title' },
        { column: 'text', path: 'description' },
        { column: 'price', path: 'price' },
      ],
      schedule: FAR_AWAY,
      ...changes,
    };
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
    site,
    receiver,
    setFeed,
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
    events: () => receiver.requests.map(({ json }) => json as WebhookEvent),
    rows: () =>
      receiver.requests
        .map(({ json }) => json as WebhookEvent)
        .flatMap((event) => (event.type === 'import.records' ? event.data.rows : [])),
    close: async () => {
      await booted.close();
      await Promise.all([site.close(), receiver.close()]);
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
