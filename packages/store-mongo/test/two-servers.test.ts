import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import { createIds, makeUpload } from '@inlet/testing';
import { type Store, uploadRef } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openTestStore, type TestDatabase } from './open-test-database.js';

/** Two servers of one directory, as of two processes; each has its own connection and store. */
const { TEST_MONGODB_URI } = process.env;
const ids = { newId: createIds() };
const now = new Date('2026-01-05T09:00:00Z');
const later = new Date('2026-01-05T09:01:00Z');
const ROUNDS = 20;

interface Opened {
  readonly databases: readonly TestDatabase[];
  readonly close: () => Promise<void>;
}

async function openTwice(uris: readonly string[], end: () => Promise<unknown>): Promise<Opened> {
  const dbName = 'inlet_test_two_servers';
  const databases = uris.map((uri) => openDatabase(uri, dbName));
  return {
    databases,
    async close() {
      const [first, ...others] = databases;
      for (const { connection } of others) await connection.close();
      await first?.close();
      await end();
    },
  };
}

async function openEmbedded(): Promise<Opened> {
  const dataDir = await mkdtemp(join(tmpdir(), 'inlet-two-servers-'));
  const servers = [await startEmbeddedMongo({ dataDir }), await startEmbeddedMongo({ dataDir })];
  return openTwice(
    servers.map(({ uri }) => uri),
    async () => {
      for (const server of servers) await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  );
}

const environments: [string, () => Promise<Opened>][] = [['the embedded database', openEmbedded]];
if (TEST_MONGODB_URI !== undefined)
  environments.push(['MongoDB', () => openTwice([TEST_MONGODB_URI, TEST_MONGODB_URI], async () => {})]);

describe.each(environments)('two processes on %s', (_, open) => {
  let opened: Opened;
  let one: Store;
  let other: Store;
  beforeAll(async () => {
    opened = await open();
    const [first, second] = opened.databases;
    if (first === undefined || second === undefined) throw new Error('two databases are needed');
    one = await openTestStore(first.connection);
    other = await openTestStore(second.connection);
  });
  afterAll(() => opened?.close());

  async function insertUpload() {
    const upload = makeUpload(ids);
    await one.uploads.insert(upload);
    return uploadRef(upload);
  }

  const race = <Result>(work: (store: Store, name: string) => Promise<Result>) =>
    Promise.all([work(one, 'one'), work(other, 'other')]);

  it('take a lease one after the other', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const ref = await insertUpload();
      const leased = await race((store, owner) => store.uploads.lease(ref, { owner, now, until: later }));
      expect(leased.filter((upload) => upload !== null)).toHaveLength(1);
    }
  });

  it('make one change of a revision', async () => {
    const ref = await insertUpload();
    for (let revision = 0; revision < ROUNDS; revision++) {
      const changed = await race((store, lastEditId) =>
        store.uploads.change(ref, {
          changes: { revision: revision + 1, lastEditId },
          condition: { revision },
          now,
        }),
      );
      const [winner, ...rest] = changed.filter((upload) => upload !== null);
      expect(rest).toEqual([]);
      expect(await other.uploads.get(ref)).toEqual(winner);
    }
  });

  it('append to a file without a gap or a mixture', async () => {
    const ref = { ...(await insertUpload()), fileId: ids.newId('fil') };
    const expected: Buffer[] = [];
    let offset = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const given = { one: Buffer.alloc(300_000 + round, 1), other: Buffer.alloc(300_100 + round, 2) };
      const sizes = await race((store, name) =>
        store.files.append(ref, { offset, bytes: given[name as keyof typeof given] }),
      );
      const winner = sizes[0] === false ? given.other : given.one;
      expect(sizes.filter((size) => size !== false)).toEqual([offset + winner.length]);
      expected.push(winner);
      offset += winner.length;
    }
    const stored: Buffer[] = [];
    for await (const bytes of other.files.read(ref, { start: 0, end: offset })) stored.push(bytes);
    expect(Buffer.concat(stored).equals(Buffer.concat(expected))).toBe(true);
    expect(await one.files.size(ref)).toBe(offset);
  });
});
