import { Binary } from 'bson';
import type { BsonDocument } from '../bson/bson-document.js';
import { bsonClass } from '../bson/value-type.js';
import { badValue, ServerError } from '../server-error.js';
import { SCRAM_MECHANISM, ScramConversation } from '../wire/scram.js';
import type { CommandContext } from './command-context.js';

const CONVERSATION_ID = 1;

/** The commands that a client may send before it is authenticated. */
const OPEN_COMMANDS = new Set([
  'hello',
  'isMaster',
  'ismaster',
  'saslStart',
  'saslContinue',
  'ping',
  'buildInfo',
  'endSessions',
]);

/** @throws ServerError 13 if the server has a password and the client is not authenticated. */
export function checkAuthentication({ server, connection }: CommandContext, command: string): void {
  if (server.credentials === undefined || connection.isAuthenticated || OPEN_COMMANDS.has(command)) return;
  throw new ServerError(13, 'Unauthorized', `Command ${command} requires authentication`);
}

export function saslStart({ server, connection, body }: CommandContext): BsonDocument {
  if (body.mechanism !== SCRAM_MECHANISM || server.credentials === undefined) {
    throw new ServerError(
      334,
      'MechanismUnavailable',
      `the only mechanism is ${SCRAM_MECHANISM}, and only if the server has a password`,
    );
  }
  connection.conversation = new ScramConversation(server.credentials);
  return saslReply(connection.conversation.start(readText(body.payload)), false);
}

export function saslContinue({ connection, body }: CommandContext): BsonDocument {
  if (connection.isAuthenticated) return saslReply('', true);
  if (connection.conversation === undefined)
    throw new ServerError(17, 'ProtocolError', 'No SASL session state found');
  const payload = connection.conversation.finish(readText(body.payload));
  connection.isAuthenticated = true;
  return saslReply(payload, true);
}

const saslReply = (payload: string, done: boolean): BsonDocument => ({
  conversationId: CONVERSATION_ID,
  done,
  payload: new Binary(Buffer.from(payload)),
});

function readText(payload: unknown): string {
  if (bsonClass(payload) !== 'Binary') throw badValue('the payload must be binary');
  return Buffer.from((payload as Binary).value()).toString();
}
