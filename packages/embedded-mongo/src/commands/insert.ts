import type { BsonDocument } from '../bson/bson-document.js';
import { ServerError } from '../server-error.js';
import { USES_RESERVE } from '../storage/free-space.js';
import { ensureLeadingId, insertDocument } from './change-documents.js';
import { type CommandContext, readTarget } from './command-context.js';
import { readStatements, StatementErrors } from './statements.js';

const STEP_DOCUMENTS = 500;
const STEP_BYTES = 1024 * 1024;

export async function insert(context: CommandContext): Promise<BsonDocument> {
  const { server, body, message } = context;
  const { database } = server;
  const { db, name } = readTarget(context);
  const documents = readStatements(context, 'documents');
  if (documents.length === 0)
    throw new ServerError(16, 'InvalidLength', 'Write batch sizes must be at least 1. Got 0 operations.');
  if (body.comment !== USES_RESERVE) server.freeSpace.check(message.sizeBytes);
  const options = { bypassesValidation: body.bypassDocumentValidation === true };
  const errors = new StatementErrors(context);
  let inserted = 0;

  const insertSome = (from: number, to: number): void => {
    const collection = database.catalog.findOrCreate(db, name);
    for (let i = from; i < to && !errors.isStopped; i++) {
      try {
        insertDocument(database, collection, ensureLeadingId(documents[i] as Buffer), options);
        inserted++;
      } catch (thrown) {
        errors.add(i, thrown);
      }
    }
  };
  // All steps are queued at once, so that as many as possible share a commit.
  const steps = stepsOf(documents).map(({ from, to, bytes }) =>
    database.write(() => insertSome(from, to), bytes),
  );
  await Promise.all(steps);
  return { n: inserted, ...errors.toReply() };
}

interface Step {
  from: number;
  to: number;
  bytes: number;
}

function stepsOf(documents: Buffer[]): Step[] {
  const steps: Step[] = [];
  let step: Step = { from: 0, to: 0, bytes: 0 };
  for (const [i, { length }] of documents.entries()) {
    if (i - step.from >= STEP_DOCUMENTS || (step.bytes > 0 && step.bytes + length > STEP_BYTES)) {
      steps.push(step);
      step = { from: i, to: i, bytes: 0 };
    }
    step = { ...step, to: i + 1, bytes: step.bytes + length };
  }
  return [...steps, step];
}
