import type { ProjectSecrets } from '@inlet/contracts';
import { interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Caller,
  type Context,
  createProject,
  endGracePeriod,
  findByPublishableKey,
  findBySecretKey,
  keepKeyOwners,
  rotateCredential,
  updateProject,
} from '../src/index.js';
import { errorWith } from './callers.js';
import { type ClockedContext, type EngineBench, startEngineBench } from './engine-bench.js';

const MINUTE_MS = 60_000;

let bench: EngineBench;
let clock: ClockedContext['clock'];
/** Another process with the same database. */
let other: Context;
let context: Context;
let project: ProjectSecrets;
let caller: Caller;
let lookUps = 0;
/** Runs once, after the next key was read from the store. */
let afterRead: (() => Promise<unknown>) | null = null;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  ({ clock, context: other } = bench.startClock());
  lookUps = 0;
  const counted = interceptOperations(other, async (name, proceed) => {
    if (name !== 'projects.findByKeyHash') return proceed();
    lookUps += 1;
    const found = await proceed();
    const once = afterRead;
    afterRead = null;
    await once?.();
    return found;
  });
  context = { ...counted, store: { ...counted.store, projects: keepKeyOwners(counted.store.projects) } };
  project = await createProject(context, { name: 'Shop' });
  caller = { projectId: project.projectId };
});

const find = async (key = project.secretKey) => (await findBySecretKey(context, key)).id;
const unknown = errorWith('key_unknown');

test('a secret key is looked up once in two seconds', async () => {
  for (let request = 0; request < 5; request += 1) expect(await find()).toBe(project.projectId);
  expect(lookUps).toBe(1);
  clock.advance(2000);
  await find();
  expect(lookUps).toBe(2);
});

test('wrong and publishable keys are looked up each time', async () => {
  for (let request = 0; request < 2; request += 1) {
    await expect(find('inlet_sk_wrong')).rejects.toMatchObject(unknown);
    expect((await findByPublishableKey(context, project.publishableKey)).id).toBe(project.projectId);
  }
  expect(lookUps).toBe(4);
});

test('a key that is rotated out, or whose grace period is ended, stops at once in this process', async () => {
  await find();
  await rotateCredential(context, caller, { what: 'secret_key', graceMinutes: 1 });
  await find();
  await endGracePeriod(context, caller, { what: 'secret_key' });
  await expect(find()).rejects.toMatchObject(unknown);
});

test('a key stops at the end of its grace period, in the middle of the two seconds', async () => {
  await rotateCredential(context, caller, { what: 'secret_key', graceMinutes: 1 });
  clock.advance(MINUTE_MS - 500);
  await find();
  clock.advance(500);
  await expect(find()).rejects.toMatchObject(unknown);
  expect(lookUps).toBe(1);
});

test('a key that another process rotates out stops within two seconds', async () => {
  await find();
  await rotateCredential(other, caller, { what: 'secret_key', graceMinutes: 0 });
  clock.advance(1999);
  await find();
  clock.advance(1);
  await expect(find()).rejects.toMatchObject(unknown);
});

test('a key that was read just before its rotation is not kept', async () => {
  afterRead = () => rotateCredential(context, caller, { what: 'secret_key', graceMinutes: 0 });
  await find();
  await expect(find()).rejects.toMatchObject(unknown);
});

test('changed settings are seen at once in this process', async () => {
  expect((await findBySecretKey(context, project.secretKey)).isDevelopment).toBe(false);
  await updateProject(context, caller, { isDevelopment: true });
  expect((await findBySecretKey(context, project.secretKey)).isDevelopment).toBe(true);
});

test('a clock that was set back keeps no key longer', async () => {
  await find();
  clock.advance(-MINUTE_MS);
  await find();
  expect(lookUps).toBe(2);
});
