import { Long } from 'bson';
import type { BsonDocument } from '../bson/bson-document.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { compileProjection } from '../query/compile-projection.js';
import { findDocuments, type Query } from '../query/find-documents.js';
import { mapPausing } from '../query/pausing.js';
import { badValue, locationError } from '../server-error.js';
import type { Reply } from '../wire/reply.js';
import { type CommandContext, findCollection, optionalNumber, readTarget } from './command-context.js';

export async function find(context: CommandContext): Promise<Reply> {
  const { server, body } = context;
  const target = readTarget(context);
  if (body.tailable === true || body.awaitData === true) {
    throw badValue('error processing query: tailable cursor requested on non capped collection');
  }
  const limit = optionalNumber(body.limit) ?? 0;
  const query = readQuery(body);
  const show = compileProjection(body.projection, query);
  const found = findDocuments(server.database.documents, findCollection(context, target), query);
  return server.cursors.open(
    target.ns,
    mapPausing(found, ({ raw }) => show(raw)),
    {
      batchSize: optionalNumber(body.batchSize),
      limitMs: optionalNumber(body.maxTimeMS),
      isSingleBatch: body.singleBatch === true || limit < 0,
      limit: Math.abs(limit),
    },
  );
}

/** Reads the query of a `find` command. */
export function readQuery(body: BsonDocument): Query {
  const skip = optionalNumber(body.skip) ?? 0;
  if (skip < 0) throw locationError(51024, "BSON field 'skip' value must be >= 0");
  return {
    filter: isDocument(body.filter) ? body.filter : {},
    sort: body.sort,
    skip,
    limit: Math.abs(optionalNumber(body.limit) ?? 0),
    hint: body.hint,
    collation: body.collation,
  };
}

export function getMore({ server, body }: CommandContext): Promise<Reply> {
  const options = { batchSize: optionalNumber(body.batchSize), limitMs: optionalNumber(body.maxTimeMS) };
  return server.cursors.more(readCursorId(body.getMore), options);
}

export function killCursors({ server, body }: CommandContext): BsonDocument {
  const ids = Array.isArray(body.cursors) ? body.cursors.map(readCursorId) : [];
  const cursorsKilled: Long[] = [];
  const cursorsNotFound: Long[] = [];
  for (const id of ids) (server.cursors.kill(id) ? cursorsKilled : cursorsNotFound).push(Long.fromBigInt(id));
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
}

function readCursorId(value: unknown): bigint {
  if (toNumber(value) === undefined) throw badValue('a cursor id must be a number');
  return BigInt(String(value));
}
