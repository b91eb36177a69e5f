import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import axios from 'axios';

const HEAD_END = '\r\n\r\n';
const LENGTH = /^content-length:[ \t]*(\d+)[ \t]*$/i;
/** A list of one value only: `5, 5`. */
const EQUAL_LENGTHS = /^(content-length):[ \t]*(\d+)(?:[ \t]*,[ \t]*\2)+[ \t]*$/i;
const REFUSED_LENGTH = new Set(['HPE_UNEXPECTED_CONTENT_LENGTH', 'HPE_INVALID_CONTENT_LENGTH']);

type CreateConnection = NonNullable<RequestOptions['createConnection']>;

/** Whether Node refused a response because it has several `Content-Length` headers, or a list in one. */
export const hasRepeatedLength = (error: unknown): boolean =>
  axios.isAxiosError(error) && REFUSED_LENGTH.has(error.code ?? '');

/**
 * Opens a connection for one request, on which a `Content-Length` counts once if it is repeated with the same value, in
 * several headers or in a list, as RFC 9110 (section 8.6) allows. Node refuses such responses in every mode. Different
 * values are still refused.
 */
export const repairing =
  (createConnection: CreateConnection): CreateConnection =>
  (options, onConnected) => {
    const { host } = options;
    const servername = host == null || isIP(host) > 0 ? '' : host;
    // For a connection, `path` would be that of a local socket.
    const connection = createConnection(
      Object.assign({}, options, { path: undefined, servername }),
      onConnected,
    );
    if (connection) repairHead(connection);
    return connection;
  };

/** Passes the head of the response on as one piece, without the repetitions, and then all others as they are. */
function repairHead(connection: Duplex): void {
  const emit = connection.emit.bind(connection);
  let received = '';
  connection.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const [chunk] = values;
    if (event !== 'data' || !(chunk instanceof Uint8Array)) return emit(event, ...values);
    received += Buffer.from(chunk).toString('latin1');
    const end = received.indexOf(HEAD_END);
    if (end < 0) return true;
    connection.emit = emit;
    const head = withoutRepetitions(received.slice(0, end + 2));
    return emit('data', Buffer.from(head + received.slice(end + 2), 'latin1'));
  };
}

function withoutRepetitions(head: string): string {
  const lengths = new Set<string>();
  const isNew = (line: string): boolean => {
    const length = LENGTH.exec(line)?.[1];
    if (length === undefined) return true;
    const isKnown = lengths.has(length);
    lengths.add(length);
    return !isKnown;
  };
  const lines = head.split('\r\n').map((line) => line.replace(EQUAL_LENGTHS, '$1: $2'));
  return lines.filter(isNew).join('\r\n');
}
