import { isFinished, projectSecretsSchema, type RunView, webhookEventSchema } from '@inlet/contracts';
import {
  cliProcesses,
  type ReceivedRequest,
  type SeededRandom,
  startFeedServer,
  startReceiver,
} from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';
import { jobInput, rssOf, templateInput } from './example-import.js';

const ITEMS = 3000;
const ROWS_PER_BATCH = 100;
const BATCHES = ITEMS / ROWS_PER_BATCH;
/** Most is over in seconds; the last resort, maintenance, looks every half minute. */
const PATIENCE_MS = 150_000;

/** Where in a run its server is killed. */
export const MOMENTS = ['reading', 'staging', 'releasing', 'delivering', 'finishing', 'closing'] as const;
export type Moment = (typeof MOMENTS)[number];

/** A moment is found by progress: a part of the feed, or an answer of the receiver, that does not come. */
interface Stop {
  /** Part of the feed that comes; 1 for all of it. */
  readonly feed: number;
  /** Number of batches that are stored before the crash. */
  readonly staged: number;
  /** Number of the answer that does not come, from 1; 0 for none. */
  readonly answer: number;
  /** The server is killed at most this long after the crash point; null if it is not killed. */
  readonly thenWithinMs: number | null;
}

const stopAt = (stop: Partial<Stop>): Stop => ({
  feed: 1,
  staged: 0,
  answer: 0,
  thenWithinMs: null,
  ...stop,
});

const STOPS: Record<Moment, (random: SeededRandom) => Stop> = {
  reading: (random) => stopAt({ feed: 0.1 * random.next() }),
  staging: (random) => stopAt({ feed: 0.3 + 0.6 * random.next(), staged: 1 }),
  releasing: () => stopAt({ feed: 0.99, staged: 18, thenWithinMs: 250 }),
  delivering: (random) => stopAt({ answer: random.between(1, BATCHES - 4) }),
  finishing: () => stopAt({ answer: BATCHES, thenWithinMs: 250 }),
  closing: () => stopAt({ answer: BATCHES + 1 }),
};

/** A run as the API returns it, with the numbers of its staged and acknowledged deliveries. */
interface Sight {
  readonly phase: string;
  readonly staged: number;
  readonly acknowledged: number;
}

/** The result of a round, for the test to check. */
export interface Round {
  readonly moment: Moment;
  /** At the moment. */
  readonly seen: Sight;
  /** As the next server found it, or soon after that. */
  readonly left: Sight;
  /** The run when it had ended. */
  readonly run: RunView;
  /** Number of all items in its feed. */
  readonly titles: readonly string[];
  /** All that came of the run, in order of arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** The job's next run over the same feed. */
  readonly next: RunView;
}

/** A server process on its own database that is killed and started again. */
export interface CrashLane {
  /** One import whose server is killed at this moment, to its end and that of the next one. */
  readonly play: (moment: Moment) => Promise<Round>;
  readonly close: () => Promise<void>;
}

export async function startCrashLane({ random }: { random: SeededRandom }): Promise<CrashLane> {
  const database = testDatabase();
  const processes = cliProcesses(() => ({
    ...database.environment,
    INLET_LOCK_SECONDS: '5',
    INLET_DELIVERY_TIMEOUT_SECONDS: '5',
  }));
  const [site, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
  let server = await processes.serve();
  const { out } = await processes.output(['project', 'create', '--name', 'Shop', '--json']);
  const { secretKey } = projectSecretsSchema.parse(JSON.parse(out));
  const call = (method: string, path: string, body?: object) =>
    callApi(server.address + path, { method, secretKey, body });
  const { id: templateId } = await call('POST', '/v1/templates', {
    ...templateInput(),
    destination: { url: receiver.url, rowsPerBatch: ROWS_PER_BATCH },
  });

  const sentOf = (runId: string) =>
    receiver.requests.filter(({ json }) => webhookEventSchema.parse(json).data.runId === runId);
  const look = async (runId: string): Promise<Sight> => {
    const { items } = await call('GET', `/v1/runs/${runId}/deliveries?limit=200`);
    const count = (status: string) =>
      items.filter((delivery: { status: string }) => delivery.status === status).length;
    const { phase } = await call('GET', `/v1/runs/${runId}`);
    return { phase, staged: count('staged'), acknowledged: count('acknowledged') };
  };
  const ended = (runId: string): Promise<RunView> =>
    waitUntil(
      () => call('GET', `/v1/runs/${runId}`),
      ({ outcome }) => isFinished(outcome),
    );

  /** The feed and the receiver, which stop the first time. `reached` resolves then; `resume` ends it. */
  const prepare = (name: string, { text, stop }: { text: string; stop: Stop }) => {
    const [reached, going] = [gate(), gate()];
    const wait = () => {
      reached.open();
      return going.opened;
    };
    let times = 0;
    const url = site.route(`/${name}.rss`, async (_request, response) => {
      times += 1;
      const cut = Math.floor(text.length * (times === 1 ? stop.feed : 1));
      response.write(text.slice(0, cut));
      if (cut < text.length) await wait();
      response.end(text.slice(cut));
    });
    receiver.answerWith(async (_request, number) => {
      if (number === stop.answer) await wait();
      return { status: 204 };
    });
    return { url, reached: reached.opened, resume: going.open };
  };

  const play = async (moment: Moment): Promise<Round> => {
    const name = `${moment}-${random.between(1, 1_000_000_000)}`;
    const titles = Array.from({ length: ITEMS }, (_, index) => `${name}-${index}`);
    const text = rssOf(titles.map((title) => ({ id: title, title, price: '1.50' })));
    const stop = STOPS[moment](random);
    const { url, reached, resume } = prepare(name, { text, stop });
    const created = await call('POST', '/v1/import-jobs', jobInput(templateId, url, { runNow: true }));
    const runId: string = created.run.id;

    await reached;
    const seen = await waitUntil(
      () => look(runId),
      ({ staged }) => staged >= stop.staged,
    );
    if (stop.thenWithinMs !== null) resume();
    await pause(random.between(0, stop.thenWithinMs ?? 50));
    server.child.kill('SIGKILL');
    await server.ended;
    resume();
    server = await processes.serve();

    const left = await look(runId);
    const run = await ended(runId);
    await waitUntil(
      () => sentOf(runId),
      (sent) => sent.some(({ json }) => webhookEventSchema.parse(json).type === 'import.completed'),
    );
    const { id: nextId } = await call('POST', `/v1/import-jobs/${created.job.id}/run`, {});
    const next = await ended(nextId);
    return { moment, seen, left, run, titles, requests: sentOf(runId), next };
  };

  return {
    play,
    close: async () => {
      await processes.kill();
      await Promise.all([site.close(), receiver.close(), database.forget()]);
    },
  };
}

function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function waitUntil<Value>(
  read: () => Promise<Value> | Value,
  isRight: (value: Value) => boolean,
): Promise<Value> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`never came true: ${isRight}; last: ${JSON.stringify(value)}`);
    await pause(50);
  }
}

async function callApi(
  url: string,
  { method, secretKey, body }: { method: string; secretKey: string; body: object | undefined },
) {
  const response = await fetch(url, {
    method,
    headers: { accesskey: secretKey, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
