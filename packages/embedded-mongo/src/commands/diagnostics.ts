import { collectionSizes } from '../aggregate/statistics.js';
import type { BsonDocument } from '../bson/bson-document.js';
import { namespaceNotFound } from '../server-error.js';
import { verifyCollection } from '../storage/verify-collection.js';
import { MAX_MESSAGE_BYTES } from '../wire/message.js';
import { SCRAM_MECHANISM } from '../wire/scram.js';
import { MAX_DOCUMENT_BYTES } from './change-documents.js';
import { type CommandContext, findCollection, readTarget } from './command-context.js';

/** The version of MongoDB whose behaviour this server follows. */
export const SERVER_VERSION = '8.0.0';
const WIRE_VERSION = 25;
const MAX_WRITE_BATCH = 10_000;

/** Answers the opening handshake under its current and its older name. */
export function hello({ server, connection, body }: CommandContext): BsonDocument {
  const isLegacy = !('hello' in body);
  return {
    helloOk: true,
    ...(isLegacy ? { ismaster: true } : { isWritablePrimary: true }),
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: new Date(server.now()),
    logicalSessionTimeoutMinutes: 30,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
    ...(body.saslSupportedMechs === undefined ? {} : { saslSupportedMechs: [SCRAM_MECHANISM] }),
  };
}

export const buildInfo = (): BsonDocument => ({
  version: SERVER_VERSION,
  gitVersion: 'embedded',
  modules: ['embedded-lmdb'],
  sysInfo: 'deprecated',
  versionArray: [...SERVER_VERSION.split('.').map(Number), 0],
  bits: 64,
  debug: false,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  storageEngines: ['lmdb'],
});

export const serverStatus = ({ server }: CommandContext): BsonDocument => ({
  host: 'localhost',
  version: SERVER_VERSION,
  process: 'embedded-mongo',
  pid: process.pid,
  uptime: (server.now() - server.startedAt) / 1000,
  localTime: new Date(server.now()),
  connections: { current: server.connections(), available: 1000 },
  opcounters: server.counters,
  mem: { bits: 64, resident: Math.round(process.memoryUsage.rss() / 2 ** 20) },
  metrics: { cursor: { open: { total: server.cursors.size } } },
  storageEngine: { name: 'lmdb' },
});

export const hostInfo = (): BsonDocument => ({
  system: { hostname: 'localhost', cpuArch: process.arch },
  os: { type: process.platform, name: process.platform },
});

export const getParameter = ({ body }: CommandContext): BsonDocument =>
  'featureCompatibilityVersion' in body ? { featureCompatibilityVersion: { version: '8.0' } } : {};

export const connectionStatus = (): BsonDocument => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
});

export function collStats(context: CommandContext): BsonDocument {
  const target = readTarget(context);
  const { documents } = context.server.database;
  return { ns: target.ns, ...collectionSizes(documents, findCollection(context, target)) };
}

export function dbStats({ server, db }: CommandContext): BsonDocument {
  const { catalog } = server.database;
  const collections = catalog.list(db);
  const sizes = collections.map((collection) => catalog.size(collection));
  const objects = sizes.reduce((sum, { documents }) => sum + documents, 0);
  const dataSize = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    db,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize,
    storageSize: dataSize,
    indexes: collections.reduce((sum, { indexes }) => sum + indexes.length + 1, 0),
    indexSize: 0,
    totalSize: dataSize,
  };
}

export function validate(context: CommandContext): BsonDocument {
  const target = readTarget(context);
  const { environment, documents } = context.server.database;
  return environment.read(() => {
    const collection = findCollection(context, target);
    if (collection === undefined)
      throw namespaceNotFound(`Collection '${target.ns}' does not exist to validate.`);
    const { errors, documents: nrecords, indexes: nIndexes, ns } = verifyCollection(documents, collection);
    return { ns, nrecords, nIndexes, valid: errors.length === 0, errors, warnings: [] };
  });
}
