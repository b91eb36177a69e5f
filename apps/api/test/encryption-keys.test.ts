import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectSecretsSchema } from '@inlet/contracts';
import { cliProcesses, waitFor } from '@inlet/testing';
import { type TestDatabase, testDatabase, WITHOUT_EMBEDDED } from '@inlet/testing/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let database: TestDatabase;
const { output, serve, kill } = cliProcesses(() => database.environment);
beforeEach(() => {
  database = testDatabase();
});
afterEach(async () => {
  await kill();
  await database.forget();
});

const createProject = async (environment = {}) => {
  const { out, err } = await output(['project', 'create', '--name', 'Shop', '--json'], environment);
  if (err !== '') throw new Error(err);
  return projectSecretsSchema.parse(JSON.parse(out));
};
const status = async (environment = {}) => {
  const { out, err } = await output(['key', 'status', '--json'], environment);
  if (err !== '') throw new Error(err);
  return JSON.parse(out);
};

describe.skipIf(WITHOUT_EMBEDDED !== undefined)('the key file of the embedded database', () => {
  it('is not made again beside existing data, and the start says what to do', async () => {
    await createProject();
    const path = join(database.dataDir, 'encryption.key');
    rmSync(path);
    const { code, out, err } = await output(['serve']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^There are data in [^\n]+ is missing and INLET_ENCRYPTION_KEY is not set: [^\n]+\.\n$/,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('is rotated while Inlet is stopped, works with both keys, and forgets the old one', {
    timeout: 240_000,
  }, async () => {
    const { projectId } = await createProject();
    const path = join(database.dataDir, 'encryption.key');
    const before = readFileSync(path, 'utf8');
    const { keyId: oldKeyId, current: total } = await status();

    const running = await serve({ INLET_ROLE: 'api' });
    const refused = await output(['key', 'rotate']);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/^Inlet runs over [^\n]+\. Stop it first/),
    ]);
    running.child.kill('SIGTERM');
    await running.ended;

    expect((await output(['key', 'rotate'])).code).toBe(0);
    expect(readFileSync(path, 'utf8').endsWith(before)).toBe(true);
    const rotated = await status();
    expect(rotated).toMatchObject({ previousKeyIds: [oldKeyId], current: 0, others: { [oldKeyId]: total } });

    const server = await serve();
    const done = await waitFor(
      () => status(),
      ({ current }) => current === total,
    );
    expect(done).toEqual({ ...rotated, current: total, others: {} });
    server.child.kill('SIGTERM');
    await server.ended;
    const human = await output(['key', 'status']);
    expect(human.out).toContain('`inlet key forget` removes previous keys from the key file.');

    expect((await output(['key', 'forget'])).out).toContain(`Removed ${oldKeyId} from the key file.`);
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1);
    expect((await output(['project', 'show', '--project', projectId])).code).toBe(0);
  });
});

describe('INLET_ENCRYPTION_KEY', () => {
  it('is rotated with INLET_PREVIOUS_ENCRYPTION_KEYS, which is needed until all is sealed again', async () => {
    const [first, second] = [1, 2].map((fill) => Buffer.alloc(32, fill).toString('base64'));
    const old = { INLET_ENCRYPTION_KEY: first ?? '' };
    const both = { INLET_ENCRYPTION_KEY: second ?? '', INLET_PREVIOUS_ENCRYPTION_KEYS: first ?? '' };
    const onlyNew = { INLET_ENCRYPTION_KEY: second ?? '' };
    await createProject(old);
    const refused = await output(['serve'], onlyNew);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('INLET_PREVIOUS_ENCRYPTION_KEYS'),
    ]);
    const server = await serve(both);
    await server.said(
      'all stored secrets are sealed with the current encryption key; previous keys can be removed',
    );
    server.child.kill('SIGTERM');
    await server.ended;
    expect((await status(onlyNew)).others).toEqual({});
    expect((await output(['project', 'list'], old)).code).toBe(1);
    const wrong = await output(['key', 'rotate'], onlyNew);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('INLET_PREVIOUS_ENCRYPTION_KEYS')]);
  });

  it('that is no key, or a previous key without a current one, is named without its value', async () => {
    const secret = randomBytes(20).toString('base64');
    const { err } = await output(['serve'], { INLET_PREVIOUS_ENCRYPTION_KEYS: secret });
    expect(err).toMatch(
      /^INLET_PREVIOUS_ENCRYPTION_KEYS is \d+ characters long \(not shown\), but must be a comma/,
    );
    expect(err).not.toContain(secret);
  });
});
