import type { ProjectSecrets } from '@inlet/contracts';
import { type FeedServer, type Receiver, startFeedServer, startReceiver } from '@inlet/testing';
import { createProject } from '@inlet/workflow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { type Item, jobInput, rssOf, templateInput } from './example-import.js';
import { ORIGIN, openWidget } from './widget-client.js';

let booted: BootedInlet;
let feed: FeedServer;
let receiver: Receiver;
let project: ProjectSecrets;

beforeAll(async () => {
  [booted, feed, receiver] = await Promise.all([bootInlet(), startFeedServer(), startReceiver()]);
  project = await createProject(booted.inlet.context, {
    name: 'Shop',
    settings: { allowedOrigins: [ORIGIN] },
  });
});
afterAll(() => Promise.all([booted.close(), feed.close(), receiver.close()]));

const call = async (method: string, path: string, body?: unknown) =>
  booted.call(method, `/v1${path}`, { key: project.secretKey, body });
const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}`, title: `T${index}`, price: '1' }));
const setFeed = (count: number) => feed.route('/shop.rss', { body: rssOf(items(count)) });

/** The run's last state, from its events. */
async function finished(runId: string) {
  const { text } = await call('GET', `/runs/${runId}/events`);
  const last = text.split('\n').findLast((line) => line.startsWith('data: {'));
  return JSON.parse(last?.slice('data: '.length) ?? 'null');
}

/** A run that is held because 9 of 10 known items are missing. */
async function heldRun(template: object) {
  const destination = { url: receiver.url };
  const { json: made } = await call('POST', '/templates', { ...templateInput({ destination }), ...template });
  const changes = { changeDetection: { removed: true }, runNow: true };
  const { json: created } = await call('POST', '/import-jobs', jobInput(made.id, setFeed(10), changes));
  const { job, run } = created;
  await finished(run.id);
  setFeed(1);
  const { json: again } = await call('POST', `/import-jobs/${job.id}/run`, { dryRun: false });
  const held = await finished(again.id);
  expect(held).toMatchObject({
    outcome: 'held',
    held: { rule: 'removed', message: '9 of 10 known items are missing; the limit is 30 %.' },
  });
  receiver.clear();
  return { job, held };
}

it('a host releases a held run, and a second decision gets 409 with the first', async () => {
  const { held } = await heldRun({ code: 'released' });
  const decision = { reason: 'They are sold.', removals: 'send' };
  expect(await call('POST', `/runs/${held.id}/release`, decision)).toMatchObject({
    status: 202,
    json: { decision },
  });
  expect(await finished(held.id)).toMatchObject({ outcome: 'succeeded', counts: { rowsAcknowledged: 9 } });
  expect(await call('POST', `/runs/${held.id}/discard`, { reason: 'No.' })).toMatchObject({
    status: 409,
    json: {
      code: 'run_decided_already',
      decision: { action: 'release', reason: 'They are sold.', by: { kind: 'host' } },
    },
  });
});

it('a decision needs a reason, and a release says what happens to removed rows', async () => {
  const { held } = await heldRun({ code: 'incomplete-decision' });
  const decide = (action: string, body: object) => call('POST', `/runs/${held.id}/${action}`, body);
  for (const [action, body] of [
    ['release', { reason: 'Fine.' }],
    ['release', { removals: 'send' }],
    ['discard', { reason: ' ' }],
  ] as const)
    expect(await decide(action, body)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  expect((await decide('release', { reason: 'Fine.' })).json.errors).toEqual([
    {
      path: 'removals',
      message: 'must say what happens to the removed rows of the run: "send" or "skip"',
    },
  ]);
});

it('a user decides in the widget only if the template allows it', async () => {
  const strict = await heldRun({ code: 'strict' });
  const open = (template: string) => openWidget(booted, { project, template, user: 'user-1' });
  const reason = { reason: 'Yes.' };
  const refused = await (await open('strict')).call('POST', `/runs/${strict.held.id}/discard`, reason);
  expect(refused).toMatchObject({ status: 403, json: { code: 'not_permitted' } });
  const easy = await heldRun({ code: 'easy', usersDecideHeldRuns: true });
  const widget = await open('easy');
  expect((await widget.call('GET', `/jobs/${easy.job.id}`)).json).toMatchObject({
    heldRunId: easy.held.id,
  });
  const decided = await widget.call('POST', `/runs/${easy.held.id}/discard`, reason);
  expect(decided).toMatchObject({
    status: 202,
    json: { decision: { action: 'discard', by: { kind: 'user', externalUserId: 'user-1' } } },
  });
  expect((await finished(easy.held.id)).outcome).toBe('cancelled');
  const foreign = await heldRun({ code: 'foreign', usersDecideHeldRuns: true });
  const stranger = await openWidget(booted, { project, template: 'foreign', user: 'user-2' });
  expect(await stranger.call('POST', `/runs/${foreign.held.id}/discard`, reason)).toMatchObject({
    status: 404,
  });
});
