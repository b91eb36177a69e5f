import { encode } from '../bson/bson-document.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { badValue, locationError, notSupported, ServerError, toServerError } from '../server-error.js';
import type { Message } from '../wire/message.js';
import type { Reply } from '../wire/reply.js';
import { aggregate } from './aggregate.js';
import type { CommandContext, CommandHandler, ConnectionState, ServerState } from './command-context.js';
import { count, distinct } from './count.js';
import { createIndexes } from './create-indexes.js';
import { deleteDocuments } from './delete.js';
import {
  buildInfo,
  collStats,
  connectionStatus,
  dbStats,
  getParameter,
  hello,
  hostInfo,
  serverStatus,
  validate,
} from './diagnostics.js';
import { explain } from './explain.js';
import { find, getMore, killCursors } from './find.js';
import { findAndModify } from './find-and-modify.js';
import { insert } from './insert.js';
import {
  collMod,
  create,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  renameCollection,
} from './manage-collections.js';
import { dropIndexes, listIndexes } from './manage-indexes.js';
import { checkAuthentication, saslContinue, saslStart } from './sasl-authentication.js';
import { update } from './update.js';

const nothing: CommandHandler = () => ({});

/** The supported commands. */
const COMMANDS: Record<string, CommandHandler> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  saslStart,
  saslContinue,
  ping: nothing,
  insert,
  update,
  delete: deleteDocuments,
  find,
  getMore,
  killCursors,
  findAndModify,
  findandmodify: findAndModify,
  aggregate,
  count,
  distinct,
  explain,
  create,
  drop,
  dropDatabase,
  renameCollection,
  collMod,
  createIndexes,
  listIndexes,
  dropIndexes,
  listCollections,
  listDatabases,
  validate,
  collStats,
  dbStats,
  buildInfo,
  buildinfo: buildInfo,
  serverStatus,
  hostInfo,
  getParameter,
  connectionStatus,
  getCmdLineOpts: () => ({ argv: [], parsed: {} }),
  getLog: () => ({ log: [], totalLinesWritten: 0 }),
  whatsmyuri: () => ({ you: 'localhost' }),
  endSessions: nothing,
};

/** Commands that MongoDB has and this server does not; all others are unknown. */
const LEFT_OUT = new Set(
  [
    'mapReduce mapreduce geoSearch cloneCollectionAsCapped convertToCapped compact reIndex top',
    'createUser updateUser dropUser usersInfo createRole dropRole rolesInfo grantRolesToUser',
    'logout authenticate replSetGetStatus replSetInitiate replSetGetConfig shutdown',
    'setParameter currentOp killOp profile dataSize dbHash getDefaultRWConcern',
    'setFeatureCompatibilityVersion createSearchIndexes listShards shardCollection',
    'bulkWrite planCacheClear killAllSessions lockInfo startSession refreshSessions killSessions fsync',
    'fsyncUnlock',
  ].flatMap((names) => names.split(' ')),
);

/** Runs one command; every error becomes the error reply of a MongoDB server. */
export async function runCommand(
  server: ServerState,
  connection: ConnectionState,
  message: Message,
): Promise<Reply> {
  try {
    const name = Object.keys(message.body)[0] ?? '';
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw unknownCommand(name);
    server.counters[name] = (server.counters[name] ?? 0) + 1;
    const context = contextOf(server, connection, message);
    checkAuthentication(context, name);
    refuseTransactions(context);
    refuseWriteConcerns(context);
    refuseVariables(context);
    const result = await command(context);
    return Array.isArray(result) ? result : [encode({ ...result, ok: 1 })];
  } catch (thrown) {
    const { message: errmsg, code, codeName, details } = toServerError(thrown);
    return [encode({ ok: 0, errmsg, code, codeName, ...details })];
  }
}

function unknownCommand(name: string): ServerError {
  if (LEFT_OUT.has(name)) return notSupported(`the command ${name}`);
  if (name === 'commitTransaction' || name === 'abortTransaction') return noTransactions();
  return new ServerError(59, 'CommandNotFound', `no such command: '${name}'`);
}

function contextOf(server: ServerState, connection: ConnectionState, message: Message): CommandContext {
  const { $db: db } = message.body;
  if (typeof db !== 'string') throw locationError(40571, 'OP_MSG requests require a $db argument');
  return { server, connection, message, db, body: message.body };
}

const noTransactions = (): ServerError =>
  new ServerError(
    20,
    'IllegalOperation',
    'Transaction numbers are only allowed on a replica set member or mongos',
  );

function refuseTransactions({ body }: CommandContext): void {
  if (body.txnNumber !== undefined || body.startTransaction !== undefined || body.autocommit !== undefined)
    throw noTransactions();
  if (isDocument(body.readConcern) && body.readConcern.level === 'snapshot') {
    throw new ServerError(
      72,
      'InvalidOptions',
      'read concern level snapshot is only supported on replica set members',
    );
  }
}

function refuseWriteConcerns({ body }: CommandContext): void {
  const members = isDocument(body.writeConcern) ? toNumber(body.writeConcern.w) : undefined;
  if (members !== undefined && members > 1)
    throw badValue("cannot use 'w' > 1 when a host is not replicated");
}

/** Only expressions could use the variables of a command. */
function refuseVariables({ body }: CommandContext): void {
  if (body.let !== undefined) throw notSupported("the option 'let'");
}
