import { ObjectId } from 'bson';
import { approximateBytes, collectWithinLimit } from '../aggregate/collect-within-limit.js';
import type { Stage } from '../aggregate/pipeline.js';
import { type BsonDocument, encode } from '../bson/bson-document.js';
import { fieldOf } from '../bson/field-path.js';
import { isDocument } from '../bson/value-type.js';
import { mapPausing, PAUSE, type Pausing, TimeSlices } from '../query/pausing.js';
import { duplicateKey, failedToParse, ServerError } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import type { Update } from '../update/apply-update.js';
import { firstMatch, insertDocument, updateDocument, withLeadingId } from './change-documents.js';
import type { CommandContext, Target } from './command.js';

const STEP_DOCUMENTS = 200;
const CHECKED = { bypassesValidation: false };

interface OutputOptions {
  limitMs: number | undefined;
}

/** Writes what a pipeline yields to a collection: `$out` replaces it in the end, `$merge` goes document by document. */
export async function writeOutput(
  context: CommandContext,
  { name, operand }: Stage,
  documents: Pausing<BsonDocument>,
  options: OutputOptions,
): Promise<void> {
  const into = name === '$merge' && isDocument(operand) ? operand.into : operand;
  const target = outputTarget(context, into);
  const withIds = mapPausing(documents, (document) =>
    '_id' in document ? document : { _id: new ObjectId(), ...document },
  );
  if (name === '$out') await replaceCollection(context, target, withIds, options);
  else await mergeInto(context, target, readCompletely(withIds), { ...options, rules: mergeRules(operand) });
}

function outputTarget({ db }: CommandContext, into: unknown): Target {
  if (typeof into === 'string') return { db, name: into, ns: `${db}.${into}` };
  if (isDocument(into) && typeof into.coll === 'string') {
    const other = typeof into.db === 'string' ? into.db : db;
    return { db: other, name: into.coll, ns: `${other}.${into.coll}` };
  }
  throw failedToParse('$out and $merge need the name of a collection');
}

/** Fills a collection beside the old one, with its indexes, and puts it in its place when it is complete. */
async function replaceCollection(
  context: CommandContext,
  { db, name }: Target,
  documents: Pausing<BsonDocument>,
  options: OutputOptions,
): Promise<void> {
  const { server } = context;
  const { database } = server;
  const { catalog } = database;
  const temporary = `tmp.out.${new ObjectId().toHexString()}`;
  await database.write(() => {
    const old = catalog.find(db, name);
    const made = catalog.create(db, temporary, old?.options ?? {});
    for (const { definition } of old?.indexes ?? []) database.documents.createIndex(made, definition);
  });
  try {
    await inSteps(context, documents, options, (step) => {
      const collection = catalog.findOrCreate(db, temporary);
      for (const document of step)
        insertDocument(database, collection, withLeadingId(encode(document)), CHECKED);
    });
    await database.write(() => {
      const old = catalog.find(db, name);
      if (old !== undefined) catalog.drop(old);
      catalog.rename(catalog.findOrCreate(db, temporary), db, name);
    });
  } catch (thrown) {
    await database.write(() => {
      const made = catalog.find(db, temporary);
      if (made !== undefined) catalog.drop(made);
    });
    throw thrown;
  } finally {
    server.noteGarbage();
  }
}

interface MergeRules {
  on: string[];
  whenMatched: unknown;
  whenNotMatched: unknown;
  variables: BsonDocument;
}

function mergeRules(operand: unknown): MergeRules {
  const {
    on = '_id',
    whenMatched = 'merge',
    whenNotMatched = 'insert',
    let: variables,
  } = isDocument(operand) ? operand : {};
  return {
    on: [on].flat().map(String),
    whenMatched,
    whenNotMatched,
    variables: isDocument(variables) ? variables : {},
  };
}

async function mergeInto(
  context: CommandContext,
  { db, name }: Target,
  documents: Pausing<BsonDocument>,
  { rules, ...options }: OutputOptions & { rules: MergeRules },
): Promise<void> {
  const { database } = context.server;
  await inSteps(context, documents, options, (step) => {
    const collection = database.catalog.findOrCreate(db, name);
    for (const document of step) mergeDocument(context, collection, document, rules);
  });
}

function mergeDocument(
  { server }: CommandContext,
  collection: Collection,
  document: BsonDocument,
  rules: MergeRules,
): void {
  const { database } = server;
  const filter = Object.fromEntries(rules.on.map((field) => [field, { $eq: fieldOf(document, field) }]));
  const found = firstMatch(database, collection, { filter });
  if (found !== undefined) {
    const change = changeOf(collection, document, rules);
    if (change === undefined) return;
    const variables = { new: document, ...rules.variables };
    const update: Update = { change, filter, variables, now: new Date(server.now()) };
    updateDocument(database, collection, found, { update, ...CHECKED });
  } else if (rules.whenNotMatched === 'fail') {
    throw new ServerError(13113, 'MergeStageNoMatchingDocument', '$merge could not find a matching document');
  } else if (rules.whenNotMatched === 'insert') {
    insertDocument(database, collection, withLeadingId(encode(document)), CHECKED);
  }
}

function changeOf(collection: Collection, document: BsonDocument, { whenMatched }: MergeRules): unknown {
  const { _id, ...fields } = document;
  if (whenMatched === 'fail') {
    throw duplicateKey({ ns: collection.ns, indexName: '_id_', keyPattern: { _id: 1 }, keyValue: { _id } });
  }
  if (whenMatched === 'keepExisting') return undefined;
  if (whenMatched === 'merge') return { $set: fields };
  return whenMatched === 'replace' ? document : whenMatched;
}

/** Passes on the documents in writes of limited size, as the pipeline yields them. */
async function inSteps(
  { server }: CommandContext,
  documents: Pausing<BsonDocument>,
  options: OutputOptions,
  write: (step: BsonDocument[]) => void,
): Promise<void> {
  const slices = new TimeSlices(options);
  let step: BsonDocument[] = [];
  const writeStep = async (): Promise<void> => {
    const complete = step;
    step = [];
    server.freeSpace.check(approximateBytes(complete));
    await server.database.write(() => write(complete));
  };
  for (const next of documents) {
    if (next === PAUSE) await slices.pause();
    else step.push(next);
    if (step.length >= STEP_DOCUMENTS) await writeStep();
  }
  await writeStep();
}

/** `$merge` may write to the collection that it reads, so it reads everything first. */
function* readCompletely(documents: Pausing<BsonDocument>): Pausing<BsonDocument> {
  yield* yield* collectWithinLimit(documents, '$merge');
}
