import type { BsonDocument } from '../bson/bson-document.js';
import { toNumber } from '../bson/value-type.js';
import { invalidNamespace } from '../server-error.js';
import type { Collection } from '../storage/catalog.js';
import type { Database } from '../storage/database.js';
import type { FreeSpace } from '../storage/free-space.js';
import type { Message } from '../wire/message.js';
import type { Reply } from '../wire/reply.js';
import type { ScramConversation, ScramCredentials } from '../wire/scram.js';
import type { CursorRegistry } from './cursor-registry.js';

/** The state that all connections share. */
export interface ServerState {
  database: Database;
  cursors: CursorRegistry;
  freeSpace: FreeSpace;
  now(): number;
  startedAt: number;
  /** The number of times that each command ran. */
  counters: Record<string, number>;
  connections(): number;
  /** Set if clients must authenticate. */
  credentials: ScramCredentials | undefined;
  /** Schedules the removal of what dropped collections and indexes left behind. */
  scheduleGarbageRemoval(): void;
}

export interface ConnectionState {
  id: number;
  isAuthenticated: boolean;
  conversation: ScramConversation | undefined;
}

export interface CommandContext {
  server: ServerState;
  connection: ConnectionState;
  message: Message;
  db: string;
  body: BsonDocument;
}

/** The reply of a command: a document, to which `ok: 1` is added, or the bytes of a complete one. */
export type CommandResult = BsonDocument | Reply;

export type CommandHandler = (context: CommandContext) => CommandResult | Promise<CommandResult>;

/** The collection that a command names in its first field. */
export interface Target {
  db: string;
  name: string;
  ns: string;
}

export function readTarget({ db, body }: CommandContext): Target {
  const name = Object.values(body)[0];
  if (typeof name !== 'string' || name === '')
    throw invalidNamespace('collection name has invalid type or is empty');
  return { db, name, ns: `${db}.${name}` };
}

export function parseNamespace(ns: unknown): Target {
  const [db = '', ...rest] = String(ns).split('.');
  const name = rest.join('.');
  if (db === '' || name === '') throw invalidNamespace(`Invalid namespace specified '${String(ns)}'`);
  return { db, name, ns: `${db}.${name}` };
}

/** Finds the current state of a collection. Every write must look it up again. */
export const findCollection = ({ server }: CommandContext, { db, name }: Target): Collection | undefined =>
  server.database.catalog.find(db, name);

export const optionalNumber = (value: unknown): number | undefined =>
  value === undefined ? undefined : toNumber(value);
