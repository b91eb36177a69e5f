import { recordsEventSchema, templateInputSchema, templatePatchSchema } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  changeTemplate,
  createProject,
  createTemplate,
  rotateCredential,
  testDestination,
} from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

const options = [{ value: 'red' }, { value: 'blue' }, { value: 'green' }];
/** A column of each type with the example value that is sent for it. */
const EXAMPLES: Record<string, unknown> = {
  text: 'Example of text',
  any: 'Example of any',
  regex: 'Example of regex',
  integer: 42,
  number: 12.5,
  boolean: true,
  date: '2026-01-31',
  date_time: '2026-01-31T09:30:00.000Z',
  email: 'ann@example.com',
  url: 'https://example.com/',
  image_url: 'https://example.com/picture.jpg',
  phone: '+493012345678',
  select: 'red',
  multi_select: ['red', 'blue'],
};
const COLUMNS = Object.keys(EXAMPLES).map((type) => ({
  key: type,
  name: type,
  type,
  ...(type.endsWith('select') && { options }),
  ...(type === 'regex' && { pattern: { regex: '.*' } }),
}));

let bench: EngineBench;
let templateId: string;

beforeAll(async () => {
  bench = await startEngineBench();
  const destination = { url: bench.receiver.url, authHeader: { name: 'x-token', value: 'SECRET' } };
  const input = templateInputSchema.parse({ code: 'all', name: 'All', columns: COLUMNS, destination });
  templateId = (await createTemplate(bench.context, bench.caller, input)).id;
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

const send = () => testDestination(bench.context, bench.caller, { templateId });

describe('a test of the destination', () => {
  it('sends one row like one of a run, with an example value for each column', async () => {
    expect(await send()).toMatchObject({ isDelivered: true, status: 200, error: null });
    const [request, ...more] = bench.receiver.requests;
    expect(more).toEqual([]);
    const { data } = recordsEventSchema.parse(request?.json);
    expect(data).toMatchObject({
      templateId,
      templateCode: 'all',
      externalUserId: 'test',
      extra: { isTest: true },
      batch: { number: 1, of: 1 },
      rows: [{ rowKey: 'test', change: 'created', version: 1, record: 1, values: EXAMPLES }],
    });
  });

  it('sends a full batch if asked to, within the limits of the destination', async () => {
    const destination = { url: bench.receiver.url, rowsPerBatch: 1000, maxBatchBytes: 20_000 };
    const input = templateInputSchema.parse({ code: 'full', name: 'Full', columns: COLUMNS, destination });
    const { id } = await createTemplate(bench.context, bench.caller, input);
    const test = (templateId: string) =>
      testDestination(bench.context, bench.caller, { templateId, size: 'batch' });
    const full = await test(id);
    const [request] = bench.receiver.requests;
    const { data } = recordsEventSchema.parse(request?.json);
    expect(full).toMatchObject({ isDelivered: true, rows: data.rows.length, bytes: request?.rawBody.length });
    expect(full.bytes).toBeGreaterThan(19_000);
    expect(full.bytes).toBeLessThanOrEqual(20_000);
    expect(new Set(data.rows.map(({ rowKey }) => rowKey)).size).toBe(full.rows);
    bench.receiver.answerWith({ status: 413 });
    expect(await test(id)).toMatchObject({ isDelivered: false, status: 413 });
    await changeTemplate(bench.context, bench.caller, {
      templateId: id,
      patch: templatePatchSchema.parse({ destination: { ...destination, rowsPerBatch: 3 } }),
      isForced: false,
    });
    expect(await test(id)).toMatchObject({ rows: 3 });
  });

  it('is signed and has the auth header, as a delivery of a run has', async () => {
    await send();
    expect(bench.receiver.requests[0]?.headers).toMatchObject({
      'x-token': 'SECRET',
      'webhook-id': expect.stringMatching(/^dlv_/),
      'webhook-signature': expect.stringMatching(/^v1,\S+$/),
    });
  });

  it('is signed with the old webhook secret too, until its grace period ends', async () => {
    await rotateCredential(bench.context, bench.caller, { what: 'webhook_secret', graceMinutes: 10 });
    const signatures = async (context = bench.context) => {
      bench.receiver.clear();
      await testDestination(context, bench.caller, { templateId });
      return `${bench.receiver.requests[0]?.headers['webhook-signature']}`.split(' ').length;
    };
    expect(await signatures()).toBe(2);
    expect(await signatures(bench.later(10 * 60_000))).toBe(1);
  });

  it.each([
    ['refuses it', 400, 'delivery_rejected'],
    ['is permanently gone', 410, 'delivery_gone'],
    ['is down for a moment', 503, 'delivery_rejected'],
  ])('is tried once and shows the answer if the receiver %s', async (_, status, code) => {
    bench.receiver.answerWith({ status, body: 'not today' });
    expect(await send()).toMatchObject({ isDelivered: false, status, answer: 'not today', error: { code } });
    expect(bench.receiver.requests).toHaveLength(1);
  });

  it('shows that nobody answers', async () => {
    bench.receiver.answerWith({ fault: 'destroy' });
    expect(await send()).toMatchObject({
      isDelivered: false,
      status: null,
      error: { code: 'delivery_unreachable' },
    });
  });

  it('stores nothing', async () => {
    await send();
    const { data } = recordsEventSchema.parse(bench.receiver.requests[0]?.json);
    const { projectId } = bench.caller;
    expect(await bench.context.store.runs.get({ projectId, runId: data.runId })).toBeNull();
    expect(await bench.context.store.jobs.get({ projectId, jobId: data.jobId })).toBeNull();
  });

  it('is refused without a destination', async () => {
    const { id } = await bench.makeTemplate();
    const patch = templatePatchSchema.parse({ destination: null });
    await changeTemplate(bench.later(1), bench.caller, { templateId: id, patch, isForced: false });
    const refused = testDestination(bench.context, bench.caller, { templateId: id });
    await expect(refused).rejects.toMatchObject(errorWith('template_no_destination'));
    expect(bench.receiver.requests).toEqual([]);
  });

  it('is for the host of the project alone', async () => {
    const user = userOf({ ...bench.caller, templateId });
    const byUser = testDestination(bench.context, user, { templateId });
    await expect(byUser).rejects.toMatchObject(errorWith('not_permitted'));
    const { projectId } = await createProject(bench.context, { name: 'Other' });
    const byOther = testDestination(bench.context, { projectId }, { templateId });
    await expect(byOther).rejects.toMatchObject(errorWith('template_not_found'));
    expect(bench.receiver.requests).toEqual([]);
  });
});
