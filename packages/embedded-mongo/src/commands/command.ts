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

/** What all connections share. */
export interface ServerState {
  database: Database;
  cursors: CursorRegistry;
  freeSpace: FreeSpace;
  now(): number;
  startedAt: number;
  /** How often each command ran. */
  counters: Record<string, number>;
  connections(): number;
  /** Set when clients have to say who they are. */
  credentials: ScramCredentials | undefined;
  /** Asks for entries of dropped collections to be removed soon. */
  noteGarbage(): void;
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

/** A command's reply: a document, to which `ok: 1` is added, or the bytes of one. */
export type CommandResult = BsonDocument | Reply;

export type Command = (context: CommandContext) => CommandResult | Promise<CommandResult>;

/** The collection that a command names in its first field. */
export interface Target {
  db: string;
  name: string;
  ns: string;
}

export function targetOf({ db, body }: CommandContext): Target {
  const name = Object.values(body)[0];
  if (typeof name !== 'string' || name === '')
    throw invalidNamespace('collection name has invalid type or is empty');
  return { db, name, ns: `${db}.${name}` };
}

/** The collection as it is now; to be asked for again inside every write. */
export const findCollection = ({ server }: CommandContext, { db, name }: Target): Collection | undefined =>
  server.database.catalog.find(db, name);

export const optionalNumber = (value: unknown): number | undefined =>
  value === undefined ? undefined : toNumber(value);
