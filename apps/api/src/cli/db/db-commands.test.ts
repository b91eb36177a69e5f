import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedMongo, startEmbeddedMongo } from '@inlet/embedded-mongo';
import mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../config.js';
import { runCli } from '../run-cli.js';

let root: string;
let directory: string;
/** Over the data directory, with three documents and an index. */
let server: EmbeddedMongo | undefined;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'inlet-operator-'));
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(async () => {
  directory = mkdtempSync(join(root, 'test-'));
  const dataDir = join(directory, 'data');
  server = await startEmbeddedMongo({ dataDir });
  const connection = await mongoose.createConnection(`${server.uri}/test`).asPromise();
  await connection.collection('things').insertMany([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  await connection.collection('things').createIndex({ name: 1 }, { unique: true });
  await connection.close();
});
afterEach(async () => {
  await stop();
});

async function stop(): Promise<void> {
  await server?.close();
  server = undefined;
}

const at = (name: string): string => join(directory, name);

function inlet(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return inletWith({}, ...args);
}

async function inletWith(environment: Record<string, string>, ...args: string[]) {
  let [out, err] = ['', ''];
  const code = await runCli(['db', ...args], {
    print: (text) => {
      out += `${text}\n`;
    },
    complain: (text) => {
      err += `${text}\n`;
    },
    config: () => readConfig({ INLET_DATA_DIR: at('data'), ...environment }),
  });
  return { code, out, err };
}

describe('inlet db uri', () => {
  it('prints an address that a driver can use', async () => {
    const { code, out, err } = await inlet('uri');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`The database in ${at('data')} is served at\n`);
    const [, uri = ''] = /^ {2}(mongodb:\S+)$/m.exec(out) ?? [];
    const connection = await mongoose.createConnection(uri).asPromise();
    expect(await connection.collection('things').countDocuments()).toBe(3);
    await connection.close();
    expect(JSON.parse((await inlet('uri', '--json')).out)).toEqual({ dataDir: at('data'), uris: [uri] });
  });

  it('reports that no process runs', async () => {
    await stop();
    const sentence = `No Inlet process runs over ${at('data')}, so there is nothing to connect to. Start one with \`inlet serve\`.\n`;
    expect(await inlet('uri')).toEqual({ code: 1, out: '', err: sentence });
    const { code, out } = await inlet('uri', '--json');
    expect([code, JSON.parse(out)]).toEqual([1, { dataDir: at('data'), uris: [] }]);
  });
});

describe('inlet db validate', () => {
  it('counts documents and indexes', async () => {
    const { code, out } = await inlet('validate');
    expect(code).toBe(0);
    expect(out).toMatch(/^collection +documents +indexes\nthings +3 +2\n\nThe database in /);
    expect(out).toMatch(/ is in order \(1 collection, 3 documents, [\d.]+ MB\)\.\n$/);
  });
});

describe('inlet db compact', () => {
  it('frees the space of deleted documents once nobody uses the database', async () => {
    const connection = await mongoose.createConnection(`${server?.uri}/test`).asPromise();
    const many = Array.from({ length: 2000 }, (_, index) => ({ name: index, text: 'x'.repeat(500) }));
    await connection.collection('many').insertMany(many);
    await connection.collection('many').deleteMany({});
    await connection.close();
    const refused = await inlet('compact');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toBe(
      `The database in ${at('data')} is in use by process ${process.pid}; stop it first.\n`,
    );
    await stop();
    const { bytesBefore, bytesAfter } = JSON.parse((await inlet('compact', '--json')).out);
    expect(bytesAfter).toBeLessThan(bytesBefore / 10);
    expect((await inlet('compact')).out).toMatch(
      /^The database in \S+ took \d+ kB and now takes \d+ kB\.\n$/,
    );
    expect(JSON.parse((await inlet('validate', '--json')).out)).toMatchObject({
      isValid: true,
      collections: expect.arrayContaining([expect.objectContaining({ ns: 'test.things', documents: 3 })]),
    });
  });
});

describe('inlet db backup and restore', () => {
  it('need an empty directory and no database', async () => {
    writeFileSync(at('file'), '');
    mkdirSync(at('full'));
    cpSync(at('file'), join(at('full'), 'file'));
    expect(await inlet('backup', at('full'))).toEqual({
      code: 1,
      out: '',
      err: `A backup needs an empty directory, and ${at('full')} is not empty.\n`,
    });
    expect((await inlet('backup', at('backup'))).code).toBe(0);
    expect(await inlet('restore', at('backup'))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('is in use by process'),
    });
    await stop();
    expect(await inlet('restore', at('backup'))).toEqual({
      code: 1,
      out: '',
      err: `${at('data')} already has a database; move it away first.\n`,
    });
    expect(await inlet('restore', at('full'))).toEqual({
      code: 2,
      out: '',
      err: `There is no backup in ${at('full')}; give the directory of \`inlet db backup\`.\n`,
    });
  });

  it('say where the key is, and where it must be copied to', async () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const environment = { INLET_ENCRYPTION_KEY: key };
    const backup = await inletWith(environment, 'backup', at('backup'));
    expect(backup.out).toContain('\n  the value of INLET_ENCRYPTION_KEY\n');
    const there = { INLET_DATA_DIR: at('there') };
    const restored = await inletWith({ ...there, ...environment }, 'restore', at('backup'));
    expect(restored.out).toContain('can be read if INLET_ENCRYPTION_KEY is the key');
    expect(backup.out + restored.out).not.toContain(key);
    rmSync(at('there'), { recursive: true });
    const withoutKey = await inletWith(there, 'restore', at('backup'));
    expect(withoutKey.out).toContain(
      `to ${join(at('there'), 'encryption.key')}. Inlet does not start without it.`,
    );
  });
});

describe('inlet db export and import', () => {
  it('move a collection into a database of another name', async () => {
    const { code, out } = await inlet('export', at('export'));
    expect(code).toBe(0);
    expect(out).toMatch(/ was written to \S+ \(1 collection, 3 documents, \d+ bytes\)\.\n/);
    expect(readdirSync(join(at('export'), 'test')).toSorted()).toEqual([
      'things.bson',
      'things.metadata.json',
    ]);
    const { out: json } = await inlet('import', at('export'), '--to', `${server?.uri}/moved`, '--json');
    expect(JSON.parse(json)).toMatchObject({
      collections: [{ ns: 'moved.things', documents: 3, indexes: 2 }],
    });
    const again = await inlet('export', at('again'), '--from', `${server?.uri}/moved`);
    expect(again.out).toContain('For a consistent snapshot');
    expect(again.out).toMatch(/^The database moved at \/\S+ was written to /m);
    expect(readdirSync(at('again'))).toEqual(['moved']);
  });

  it('do not change a target that has documents', async () => {
    await inlet('export', at('export'));
    const { code, out, err } = await inlet('import', at('export'), '--to', server?.uri ?? '');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^The database test at \/\S+ is not empty: there are documents in things\.\nImport into /,
    );
  });

  it('import a dump of a whole server by mongodump', async () => {
    await inlet('export', at('export'));
    mkdirSync(join(at('export'), 'admin'));
    writeFileSync(join(at('export'), 'admin', 'system.version.bson'), '');
    const { out } = await inlet('import', at('export'), '--to', `${server?.uri}/moved`, '--json');
    expect(JSON.parse(out).collections).toHaveLength(1);
    cpSync(join(at('export'), 'test'), join(at('export'), 'other'), { recursive: true });
    expect(await inlet('import', at('export'), '--to', `${server?.uri}/third`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('holds several databases'),
    });
  });

  it('say what is wrong with a call', async () => {
    await inlet('export', at('export'));
    expect(await inlet('export', at('export'))).toEqual({
      code: 2,
      out: '',
      err: `An export needs an empty directory, and ${at('export')} is not empty.\n`,
    });
    expect((await inlet('import', at('export'))).err).toMatch(/^Pass --to MONGODB_URI, or set MONGODB_URI/);
    expect(await inlet('import', at('export'), '--to', 'ann:hunter2@host')).toEqual({
      code: 2,
      out: '',
      err: 'The address of a database begins with mongodb:// or mongodb+srv://.\n',
    });
    for (const name of ['none', 'data'])
      expect((await inlet('import', at(name), '--to', 'mongodb://127.0.0.1:1')).code).toBe(2);
    const unreachable = 'mongodb://ann:hunter2@127.0.0.1:1/inlet?serverSelectionTimeoutMS=200';
    expect(await inlet('import', at('export'), '--to', unreachable)).toEqual({
      code: 1,
      out: '',
      err: 'The database inlet at 127.0.0.1:1 cannot be used. Connect ECONNREFUSED 127.0.0.1:1.\n',
    });
  });
});

describe('the commands of the embedded database', () => {
  it('refuse to run if MONGODB_URI is set', async () => {
    const cluster = {
      MONGODB_URI: 'mongodb://ann:hunter2@127.0.0.1:1',
      INLET_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    };
    for (const args of [['uri'], ['validate'], ['compact'], ['backup', at('b')], ['restore', at('b')]])
      expect(await inletWith(cluster, ...args)).toEqual({
        code: 1,
        out: '',
        err: expect.stringMatching(
          /^MONGODB_URI is set, so Inlet keeps its data there and not in an embedded/,
        ),
      });
  });

  it('report an empty directory and create nothing in it', async () => {
    const empty = { INLET_DATA_DIR: at('empty') };
    for (const args of [['validate'], ['compact'], ['backup', at('b')], ['export', at('e')]])
      expect(await inletWith(empty, ...args)).toEqual({
        code: 1,
        out: '',
        err: `There is no database in ${at('empty')}. INLET_DATA_DIR says where it is; \`inlet serve\` makes one.\n`,
      });
    expect(readdirSync(directory)).toEqual(['data']);
  });
});
