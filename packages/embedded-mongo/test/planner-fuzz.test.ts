import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BsonDocument, decode, encode } from '../dist/bson/bson-document.js';
import { countDocuments } from '../dist/query/count-documents.js';
import { findDocuments, planQuery, type Query } from '../dist/query/find-documents.js';
import { skipPauses } from '../dist/query/pausing.js';
import { createSorter, parseSort } from '../dist/query/sort.js';
import { ServerError } from '../dist/server-error.js';
import type { Collection, IndexDefinition } from '../dist/storage/catalog.js';
import { Database } from '../dist/storage/database.js';
import { verifyCollection } from '../dist/storage/verify-collection.js';
import { Random, randomScalar, randomValue } from './random-bson.js';
import { temporaryDirectory } from './start-test-server.js';

/** `FUZZ_SEED` repeats a failed run; `FUZZ_ROUNDS` makes a run longer. */
const SEED = Number(process.env.FUZZ_SEED ?? 20261120);
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 14);
const DOCUMENTS = 120;
const QUERIES = 150;
const PATHS = ['a', 'b', 'c.x', 'c.y', 'd'];

let dataDir: string;
let database: Database;

beforeAll(() => {
  dataDir = temporaryDirectory('fuzz');
  database = new Database({ path: dataDir, durability: 'commit' });
});
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('every plan of a query', () => {
  const seen = { index: 0, exact: 0, sorted: 0, union: 0, id: 0 };

  it(`finds the same documents as a scan of the collection (seed ${SEED})`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(SEED + round);
      const collection = await fill(random, `round${round}`);
      expect(verifyCollection(database.documents, collection).errors, `seed ${SEED + round}`).toEqual([]);
      for (let i = 0; i < QUERIES; i++)
        compare(collection, randomQuery(random), `seed ${SEED + round}, query ${i}`);
    }
  }, 600_000);

  it('is tested: each kind was chosen several times', () => {
    expect(Object.entries(seen).filter(([, times]) => times < ROUNDS)).toEqual([]);
  });

  function compare(collection: Collection, query: Query, name: string): void {
    const plan = planQuery(collection, query);
    if (plan.kind === 'union') seen.union++;
    if (plan.kind === 'index') seen.index++;
    if (plan.kind === 'index' && plan.isExact) seen.exact++;
    if (plan.kind === 'index' && plan.isSorted && query.sort !== undefined) seen.sorted++;
    if (plan.kind === 'documents' && plan.ranges.every(({ start }) => start.length > 4)) seen.id++;
    const shown = `${name}: ${JSON.stringify(query)} by ${JSON.stringify(plan)}`;
    const wanted = ids(run(collection, { filter: query.filter, hint: { $natural: 1 } }));
    const found = run(collection, query);
    expect(ids(found), shown).toEqual(wanted);
    expect(isOrdered(found, query), `the order of ${shown}`).toBe(true);
    expect(count(collection, query), `the count of ${shown}`).toBe(wanted.length);
  }
});

function run(collection: Collection, query: Query): BsonDocument[] {
  return [...skipPauses(findDocuments(database.documents, collection, query))].map(({ raw }) => decode(raw));
}

const ids = (documents: BsonDocument[]): number[] =>
  documents.map(({ _id }) => Number(_id)).sort((a, b) => a - b);

function isOrdered(documents: BsonDocument[], { sort }: Query): boolean {
  const sorter = createSorter(parseSort(sort));
  const keys = documents.map((document) => sorter.keyOf(document));
  return keys.every((key, i) => i === 0 || sorter.compare(keys[i - 1], key) <= 0);
}

function count(collection: Collection, { filter }: Query): number {
  const counting = countDocuments(database.documents, collection, { filter });
  for (let step = counting.next(); ; step = counting.next()) if (step.done === true) return step.value;
}

/** Creates a collection with random indexes and documents, and changes, replaces and deletes some of them. */
async function fill(random: Random, name: string): Promise<Collection> {
  const arrays = random.chance(0.5);
  const indexes = random.list(4, () => randomIndex(random));
  await database.write(() => {
    const collection = database.catalog.create('fuzz', name);
    for (const [i, index] of indexes.entries())
      database.documents.createIndex(collection, { ...index, name: `index${i}` });
  });
  const find = (): Collection => database.catalog.find('fuzz', name) as Collection;
  const write = (work: (collection: Collection) => void): Promise<void> =>
    database.write(() => {
      try {
        work(find());
      } catch (error) {
        // No MongoDB server can store two arrays in one index.
        if (!(error instanceof ServerError) || error.code !== 171) throw error;
      }
    });
  for (let id = 0; id < DOCUMENTS; id++) {
    await write((collection) =>
      database.documents.insert(collection, encode(randomDocument(random, id, arrays))),
    );
  }
  for (let i = 0; i < DOCUMENTS / 2; i++) {
    const id = random.below(DOCUMENTS);
    await write((collection) => {
      const [found] = skipPauses(findDocuments(database.documents, collection, { filter: { _id: id } }));
      if (found === undefined) return;
      if (random.chance(0.3)) database.documents.remove(collection, found);
      else database.documents.update(collection, found, encode(randomDocument(random, id, arrays)));
    });
  }
  return find();
}

function randomIndex(random: Random): Omit<IndexDefinition, 'id' | 'name'> {
  const fields = random.list(1 + random.below(3), () => [random.pick(PATHS), random.pick([1, -1])]);
  const kind = random.next();
  return {
    key: Object.fromEntries(fields),
    ...(kind < 0.15 ? { sparse: true } : {}),
    ...(kind > 0.85 ? { partialFilterExpression: { b: { $exists: true } } } : {}),
  };
}

function randomDocument(random: Random, id: number, arrays: boolean): BsonDocument {
  const document: BsonDocument = { _id: id };
  const value = (): unknown =>
    arrays && random.chance(0.2) ? random.list(2, () => random.below(6)) : randomValue(random, { arrays });
  for (const name of ['a', 'b', 'd']) if (random.chance(0.85)) document[name] = value();
  if (random.chance(0.8)) document.c = random.chance(0.7) ? { x: value(), y: value() } : value();
  if (arrays && random.chance(0.1)) document.c = [{ x: randomScalar(random) }, { y: 1 }];
  return document;
}

function randomQuery(random: Random): Query {
  const filter = randomFilter(random);
  const sort = Object.fromEntries(
    random.list(1 + random.below(2), () => [random.pick(PATHS), random.pick([1, -1])]),
  );
  return random.chance(0.5) ? { filter, sort } : { filter };
}

function randomFilter(random: Random): BsonDocument {
  const conjunction = (): BsonDocument =>
    Object.fromEntries(random.list(1 + random.below(3), () => [random.pick(PATHS), randomCondition(random)]));
  const kind = random.next();
  if (kind < 0.04) return { _id: { $in: random.list(3, () => random.below(DOCUMENTS)) } };
  if (kind < 0.2) return { $or: [conjunction(), conjunction()] };
  if (kind < 0.3) return { ...conjunction(), $or: [conjunction(), conjunction()] };
  return conjunction();
}

function randomCondition(random: Random): unknown {
  const scalar = (): unknown => randomScalar(random);
  const kind = random.next();
  if (kind < 0.3) return randomValue(random, { arrays: true });
  if (kind < 0.4) return { $gt: random.below(6), $lt: random.below(6) };
  if (kind < 0.72) {
    const first = { [random.pick(['$gt', '$gte', '$lt', '$lte', '$eq', '$ne'])]: scalar() };
    return random.chance(0.4)
      ? { ...first, [random.pick(['$gt', '$lt', '$lte', '$gte', '$ne'])]: scalar() }
      : first;
  }
  if (kind < 0.84) return { $in: random.list(1 + random.below(4), scalar) };
  if (kind < 0.88) return { $nin: [scalar()] };
  if (kind < 0.92) return { $regex: random.pick(['^a', '^ab', '^a.*', 'b$', '^é']) };
  return random.chance(0.5) ? { $exists: random.chance(0.5) } : { $not: { $gt: scalar() } };
}
