import { rmSync } from 'node:fs';
import { type Collection, type Document, MongoClient, ObjectId } from 'mongodb';
import { afterAll, describe, expect, it } from 'vitest';
import { validateEmbeddedMongo } from '../dist/index.js';
import { prepareServerProcess } from './processes/start-process.js';
import { temporaryDirectory } from './start-test-server.js';

const ROUNDS = Number(process.env.KILL_ROUNDS ?? 50);

/** The writes that the server has acknowledged, and those whose reply was lost. */
class Ledger {
  readonly inserted = new Map<string, string>();
  readonly deleted = new Set<string>();
  readonly maybeDeleted = new Set<string>();
  /** Ids acknowledged in this round and not checked yet. */
  fresh: string[] = [];
  increments = { acknowledged: 0, asked: 0 };

  note(rows: Row[]): void {
    for (const { _id, k } of rows) {
      this.inserted.set(String(_id), k);
      this.fresh.push(String(_id));
    }
  }
}

interface Row extends Document {
  _id: ObjectId;
  k: string;
  tag: number;
}

describe('a server that is killed while it writes', () => {
  const dataDir = temporaryDirectory('kill');
  const ledger = new Ledger();

  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it(`has all acknowledged writes after each of ${ROUNDS} restarts`, async () => {
    let next = prepareServerProcess();
    for (let round = 0; round <= ROUNDS; round++) {
      const server = await next;
      next = round < ROUNDS ? prepareServerProcess() : next;
      const uri = await server.serve(dataDir, round % 2 === 0 ? 'flush' : 'commit');
      const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 5000 });
      const rows = client.db('k').collection<Row>('rows');
      const counters = client.db('k').collection<{ _id: string; n: number }>('counters');
      if (round === 0)
        await rows.createIndexes([{ key: { k: 1 }, unique: true }, { key: { tag: 1, k: -1 } }]);
      const isLast = round === ROUNDS;
      await checkRows(rows, ledger, isLast ? [...ledger.inserted.keys()] : ledger.fresh);
      if (isLast || round % 5 === 0)
        expect(await rows.db.command({ validate: 'rows' })).toMatchObject({ valid: true, errors: [] });
      checkCounter((await counters.findOne({ _id: 'c' }))?.n ?? 0, ledger);
      const stop = new AbortController();
      const writers = [
        insertBatches(rows, ledger, round, stop.signal),
        insertSingles(rows, ledger, round, stop.signal),
        deleteSome(rows, ledger, stop.signal),
        increment(counters, ledger, stop.signal),
      ];
      await new Promise((resume) => setTimeout(resume, 40 + ((round * 37) % 120)));
      await server.kill();
      stop.abort();
      await Promise.all(writers);
      await client.close();
    }
    const { isValid, collections } = await validateEmbeddedMongo(dataDir);
    expect(isValid, JSON.stringify(collections)).toBe(true);
    expect(ledger.inserted.size).toBeGreaterThan(ROUNDS * 20);
    expect(ledger.deleted.size).toBeGreaterThan(ROUNDS / 5);
    expect(ledger.increments.acknowledged).toBeGreaterThan(ROUNDS / 5);
  }, 300_000);
});

async function checkRows(rows: Collection<Row>, ledger: Ledger, ids: string[]): Promise<void> {
  const wanted = ids.map((id) => new ObjectId(id));
  const found = await rows.find({ _id: { $in: wanted } }, { projection: { k: 1 } }).toArray();
  const stored = new Map(found.map(({ _id, k }) => [String(_id), k]));
  const isGone = (id: string): boolean => ledger.deleted.has(id) || ledger.maybeDeleted.has(id);
  const lost = ids.filter((id) => stored.get(id) !== ledger.inserted.get(id) && !isGone(id));
  const deleted = [...ledger.deleted].map((id) => new ObjectId(id));
  const returned = await rows.countDocuments({ _id: { $in: deleted } });
  expect({ lost, returned }).toEqual({ lost: [], returned: 0 });
  ledger.fresh = [];
}

function checkCounter(stored: number, { increments }: Ledger): void {
  expect(stored).toBeGreaterThanOrEqual(increments.acknowledged);
  expect(stored).toBeLessThanOrEqual(increments.asked);
  increments.acknowledged = stored;
  increments.asked = stored;
}

/** Repeats work until it fails because the server was killed. */
async function repeat(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    while (!signal.aborted) await work();
  } catch (error) {
    await new Promise((resume) => setTimeout(resume, 20));
    if (!signal.aborted && !/connection|ECONN|socket|EPIPE|topology/i.test(String(error))) throw error;
  }
}

const newRow = (round: number, tag: number): Row => {
  const _id = new ObjectId();
  return { _id, k: `${round}-${_id.toHexString()}`, tag, filler: 'x'.repeat(100) };
};

const insertBatches = (
  rows: Collection<Row>,
  ledger: Ledger,
  round: number,
  signal: AbortSignal,
): Promise<void> =>
  repeat(signal, async () => {
    const batch = Array.from({ length: 50 }, () => newRow(round, round % 5));
    await rows.insertMany(batch);
    ledger.note(batch);
  });

const insertSingles = (
  rows: Collection<Row>,
  ledger: Ledger,
  round: number,
  signal: AbortSignal,
): Promise<void> =>
  repeat(signal, async () => {
    const row = newRow(round, 9);
    await rows.insertOne(row);
    ledger.note([row]);
  });

const deleteSome = (rows: Collection<Row>, ledger: Ledger, signal: AbortSignal): Promise<void> =>
  repeat(signal, async () => {
    await new Promise((resume) => setTimeout(resume, 3));
    const id = ledger.fresh.pop();
    if (id === undefined) return;
    ledger.maybeDeleted.add(id);
    await rows.deleteOne({ _id: new ObjectId(id) });
    ledger.deleted.add(id);
  });

const increment = (
  counters: Collection<{ _id: string; n: number }>,
  { increments }: Ledger,
  signal: AbortSignal,
): Promise<void> =>
  repeat(signal, async () => {
    increments.asked++;
    await counters.updateOne({ _id: 'c' }, { $inc: { n: 1 } }, { upsert: true });
    increments.acknowledged++;
  });
