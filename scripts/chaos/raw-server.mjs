import { createServer } from 'node:net';

/**
 * A server that answers with any bytes, as none that speaks HTTP would. `behaviours` is a table by path: a function of
 * the connection, called once the request's head has arrived, or its body too if `waitsForBody`.
 */
export async function startRawServer(behaviours, { waitsForBody = false } = {}) {
  const connections = new Set();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    connection.on('error', () => connection.destroy());
    let received = Buffer.alloc(0);
    let isAnswered = false;
    connection.on('data', (chunk) => {
      received = isAnswered ? received : Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (isAnswered || end === -1) return;
      const head = received.subarray(0, end).toString('latin1');
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      if (waitsForBody && received.length < end + 4 + length) return;
      isAnswered = true;
      const [, path] = head.split(' ');
      behaviours[path.slice(1)]?.(connection);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    url: (path) => `http://127.0.0.1:${port}/${path}`,
    close() {
      for (const connection of connections) connection.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The bytes of a response, with `content-length` and `connection: close` unless these headers are given. */
export function response({ status = '200 OK', headers = {}, body = '' } = {}) {
  const bytes = Buffer.from(body);
  const all = { 'content-length': bytes.length, connection: 'close', ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : `${name}: ${value}`));
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`), bytes]);
}

/** Answers with these bytes and closes the connection. */
export const send = (bytes) => (connection) => void connection.end(bytes);

/** Answers with a part, then closes the connection without the rest. */
export const cutOff = (bytes) => (connection) => void connection.write(bytes, () => connection.destroy());

/** Answers with a byte now and then, for ever. */
export const trickle =
  (bytes, everyMs = 200) =>
  (connection) => {
    let at = 0;
    const timer = setInterval(() => {
      connection.write(bytes.subarray(at % bytes.length, (at % bytes.length) + 1));
      at += 1;
    }, everyMs);
    connection.once('close', () => clearInterval(timer));
  };

/** Answers with the first bytes, then repeats the others for ever. */
export const endless = (first, repeated) => (connection) => {
  connection.write(first);
  const timer = setInterval(() => connection.writableLength < 1e6 && connection.write(repeated), 10);
  connection.once('close', () => clearInterval(timer));
};
