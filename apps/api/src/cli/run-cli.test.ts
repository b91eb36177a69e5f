import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectSecretsSchema } from '@inlet/contracts';
import { type FeedServer, startFeedServer } from '@inlet/testing';
import { type TestDatabase, testDatabase } from '@inlet/testing/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { readVersion, runCli } from './run-cli.js';

const FEED = `<rss version="2.0"><channel><title>Fruit shop</title>
  <item><guid>1</guid><title>Apple</title><category>red</category><category>round</category></item>
  <item><guid>2</guid><title>Pear</title></item>
</channel></rss>`;

let directory: string;
let database: TestDatabase;
let feed: FeedServer;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'inlet-cli-'));
  database = testDatabase();
  feed = await startFeedServer();
  feed.route('/feed.rss', { body: FEED });
});
afterAll(async () => {
  await feed.close();
  rmSync(directory, { recursive: true });
  await database.forget();
});

const inlet = (...args: string[]) => inletIn(database.environment, args);

async function inletIn(environment: NodeJS.ProcessEnv, args: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    print: (text) => {
      out += `${text}\n`;
    },
    complain: (text) => {
      err += `${text}\n`;
    },
    config: () =>
      readConfig({
        ...environment,
        INLET_ALLOWED_PRIVATE_NETWORKS: `127.0.0.1:${feed.port}`,
      }),
  });
  return { code, out, err };
}

describe('inlet', () => {
  it('prints its version', async () => {
    for (const words of ['version', '--version', '-v'])
      expect(await inlet(words)).toEqual({ code: 0, out: `${readVersion()}\n`, err: '' });
  });

  it('lists its commands', async () => {
    const { code, out } = await inlet('help');
    expect(code).toBe(0);
    for (const command of [
      'serve',
      'project create',
      'project list',
      'project show',
      'project rotate',
      'project end-grace',
      'outline',
      'version',
    ])
      expect(out).toContain(`  inlet ${command}`);
    expect(await inlet()).toEqual(await inlet('--help'));
  });

  it('lists the commands of a group, or describes one', async () => {
    const lines = (out: string) =>
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(' ', 3).join(' '));
    const group = await inlet('project', '--help');
    expect(group.code).toBe(0);
    expect(lines(group.out).filter((line) => line.startsWith('inlet'))).toEqual(
      ['create', 'update', 'list', 'show', 'rotate', 'end-grace'].map((word) => `inlet project ${word}`),
    );
    expect((await inlet('outline', '-h')).out).toContain('inlet outline URL-OR-FILE');
    expect((await inlet('project', 'show', '--help')).out).toMatch(/^ {2}inlet project show [^\n]*\n$/);
  });

  it.each([
    [['fly'], 'There is no command "fly". "inlet help" lists all commands.\n'],
    [['project', 'fly'], 'There is no command "project fly". "inlet help" lists all commands.\n'],
    [['project'], 'There is no command "project". "inlet help" lists all commands.\n'],
    [
      ['project', 'create', '--nmae', 'x'],
      "Unknown option '--nmae'. Use it like this: inlet project create --name NAME [--allow-origin URL]... [--development] [--json]\n",
    ],
    [['project', 'create'], 'Pass --name NAME.\n'],
    [['project', 'create', '--name', '  '], 'Pass --name NAME.\n'],
    [
      ['project', 'rotate', 'password', '--project', 'prj_1'],
      '"password" cannot be rotated. Name one of secret-key, publishable-key, user-token-secret, webhook-secret.\n',
    ],
    [
      ['project', 'rotate', 'secret-key', '--project', 'prj_1', '--grace-minutes', 'soon'],
      '--grace-minutes must be a whole number from 0 to 43200.\n',
    ],
    [['outline'], 'Use it like this: inlet outline URL-OR-FILE [--record-path PATH] [--json]\n'],
    [['version', 'now'], 'Use it like this: inlet version\n'],
  ])('answers %j with a sentence and exit code 2', async (args, err) => {
    expect(await inlet(...args)).toEqual({ code: 2, out: '', err });
  });
});

describe('a data directory', () => {
  const listIn = (dataDir: string) => inletIn({ INLET_DATA_DIR: dataDir }, ['project', 'list']);

  it('that cannot be made is refused with a sentence', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const [isFile, isBelowFile] = [await listIn(file), await listIn(join(file, 'data'))];
    expect(isFile.code).toBe(1);
    expect(isFile.err).toBe(
      `The database in ${file} (INLET_DATA_DIR) cannot be opened: ENOTDIR: not a directory, stat '${file}/encryption.key'; remove the file in its path, or set INLET_DATA_DIR to another directory.\n`,
    );
    expect(isBelowFile.err).toMatch(
      /cannot be opened: ENOTDIR: [^\n]+; remove the file in its path, [^\n]+\.\n$/,
    );
  });

  it.runIf(process.platform === 'linux')('below /proc is refused instead of waited for', async () => {
    expect((await listIn('/proc/inlet')).err).toMatch(/cannot be opened: ENOENT: [^\n]+\.\n$/);
  });

  it('with a damaged database is refused with a sentence', async () => {
    const dataDir = mkdtempSync(join(directory, 'damaged-'));
    writeFileSync(join(dataDir, 'data.mdb'), 'no database');
    const { code, err } = await listIn(dataDir);
    const advice = /is not a database: restore a backup with `inlet db restore`\.\n$/;
    expect([code, err]).toEqual([1, expect.stringMatching(advice)]);
  });

  it('whose name has a dot is used like any other', async () => {
    expect(await listIn(join(directory, 'inlet.v1'))).toMatchObject({ code: 0, err: '' });
    expect(statSync(join(directory, 'inlet.v1', 'data.mdb')).isFile()).toBe(true);
  });

  it('whose data file was emptied beside a key is refused instead of begun again', async () => {
    const dataDir = mkdtempSync(join(directory, 'emptied-'));
    writeFileSync(join(dataDir, 'data.mdb'), '');
    writeFileSync(join(dataDir, 'encryption.key'), Buffer.alloc(32).toString('base64'));
    const { code, err } = await listIn(dataDir);
    expect([code, err]).toEqual([
      1,
      `${join(dataDir, 'data.mdb')} is empty; delete it and restore a backup with \`inlet db restore\`, or delete it to begin without data.\n`,
    ]);
  });
});

describe('inlet project', () => {
  it('creates projects, lists them and rotates their keys', async () => {
    expect((await inlet('project', 'list')).out).toBe(
      'There is no project yet. Create one: inlet project create --name NAME\n',
    );
    const created = await inlet('project', 'create', '--name', 'Shop', '--json');
    expect(created).toMatchObject({ code: 0, err: '' });
    const secrets = projectSecretsSchema.parse(JSON.parse(created.out));
    expect(secrets.name).toBe('Shop');

    const listed = await inlet('project', 'list', '--json');
    expect(JSON.parse(listed.out)).toEqual([
      { id: secrets.projectId, name: 'Shop', createdAt: expect.any(String) },
    ]);
    expect((await inlet('project', 'list')).out).toMatch(new RegExp(`^${secrets.projectId}  \\S+  Shop\n$`));

    const ofProject = ['--project', secrets.projectId];
    const rotated = JSON.parse((await inlet('project', 'rotate', 'secret-key', ...ofProject, '--json')).out);
    expect(rotated).toEqual({
      what: 'secret_key',
      value: expect.stringMatching(/^inlet_sk_/),
      graceEndsAt: expect.any(String),
    });
    expect(rotated.value).not.toBe(secrets.secretKey);
    const shown = (await inlet('project', 'show', ...ofProject)).out;
    expect(shown).toContain(`secret-key         ${rotated.value.slice(0, 13)}...  current\n`);
    expect(shown).toContain(
      `secret-key         ${secrets.secretKey.slice(0, 13)}...  valid until ${rotated.graceEndsAt}\n`,
    );
    expect((await inlet('project', 'end-grace', 'secret-key', ...ofProject)).out).toBe(
      'Only the current value works now.\n',
    );
    const { credentials } = JSON.parse((await inlet('project', 'show', ...ofProject, '--json')).out);
    expect(credentials.secret_key).toEqual([{ prefix: rotated.value.slice(0, 13), validUntil: null }]);
    const atOnce = await inlet('project', 'rotate', 'webhook-secret', ...ofProject, '--grace-minutes', '0');
    expect(atOnce.out).toMatch(/^whsec_\S+\nThe old value no longer works\. Keep this one: /);
  });

  it('prints the keys for people too', async () => {
    const { out } = await inlet('project', 'create', '--name', 'Readable');
    expect(out).toMatch(/^projectId {8}prj_\w+\nname {13}Readable\nsecretKey {8}inlet_sk_\S+\n/);
    expect(out).toContain('not shown again');
  });

  it('reports an unknown project', async () => {
    expect(await inlet('project', 'rotate', 'secret-key', '--project', 'prj_none')).toEqual({
      code: 1,
      out: '',
      err: 'There is no such project.\nCreate one with `inlet project create`.\n',
    });
  });
});

describe('inlet outline', () => {
  it('prints the format, the record path and the headings of an address', async () => {
    const { code, out } = await inlet('outline', feed.url('/feed.rss'));
    expect(code).toBe(0);
    expect(out).toContain(
      `source       ${feed.url('/feed.rss')}\nformat       rss 2.0, utf-8, ${FEED.length} bytes read (the whole file)\n`,
    );
    expect(out).toContain('title        Fruit shop\n');
    expect(out).toContain('record path  /rss/channel/item (2 records seen)\n');
    expect(out).toMatch(/\n\nheading +path +coverage +type +samples\n/);
    expect(out).toMatch(/^item > title +title +100 % +text +Apple \| Pear$/m);
    expect(out).toMatch(/^item > category \(up to 2 each\) +category +50 % +text +red \| round$/m);
  });

  it('prints the same for a file', async () => {
    const file = join(directory, 'feed.rss');
    writeFileSync(file, FEED);
    const [ofFile, ofAddress] = [await inlet('outline', file), await inlet('outline', feed.url('/feed.rss'))];
    const withoutSource = (text: string) => text.replace(/^source .*\n/, '');
    expect(withoutSource(ofFile.out)).toBe(withoutSource(ofAddress.out));
  });

  it('prints JSON and accepts another record element', async () => {
    const { out } = await inlet('outline', feed.url('/feed.rss'), '--record-path', '/rss/channel', '--json');
    expect(JSON.parse(out)).toMatchObject({
      finalUrl: feed.url('/feed.rss'),
      outline: { format: 'rss', recordPath: '/rss/channel', recordCount: 1 },
    });
  });

  it('lists the feeds of a web page', async () => {
    const page =
      '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed.rss"></head><body>Hi</body></html>';
    feed.route('/page', { body: page, headers: { 'content-type': 'text/html' } });
    const { code, err } = await inlet('outline', feed.url('/page'));
    expect(code).toBe(1);
    expect(err).toContain('This is a web page, not a feed.');
    expect(err).toContain(`\n  ${feed.url('/feed.rss')}\n`);
  });

  it('reports what is wrong with a source', async () => {
    expect((await inlet('outline', feed.url('/none'))).err).toContain('There is no file at this address.');
    expect((await inlet('outline', 'http://127.0.0.1:1/')).err).toContain(
      'This address belongs to a private network.',
    );
    const missing = await inlet('outline', join(directory, 'none.rss'));
    expect([missing.code, missing.err]).toEqual([
      2,
      expect.stringContaining('is neither a web address nor a file'),
    ]);
    expect((await inlet('outline', feed.url('/feed.rss'), '--record-path', 'item')).code).toBe(2);
  });
});
