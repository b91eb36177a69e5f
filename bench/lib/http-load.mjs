import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Sends one request over and over, on a few kept connections, for a time. Writes and reads bytes itself, because a full
 * HTTP client costs more than the server that it measures. Returns the number of responses and of their bytes.
 */
export async function sendForTime({ url, method = 'GET', headers = {}, body = '', connections, ms }) {
  const { hostname, port, pathname, search } = new URL(url);
  const lines = [
    `${method} ${pathname}${search} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
  ];
  const request = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
  const deadline = performance.now() + ms;
  const sent = await Promise.all(
    Array.from({ length: connections }, () => sendOnOne({ hostname, port, request, deadline })),
  );
  return {
    responses: sent.reduce((sum, { responses }) => sum + responses, 0),
    bodyBytes: sent[0].bodyBytes,
  };
}

function sendOnOne({ hostname, port, request, deadline }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let received = Buffer.alloc(0);
    let responses = 0;
    let bodyBytes = 0;
    socket.on('connect', () => socket.write(request));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd === -1) return;
      const head = received.toString('latin1', 0, headEnd);
      if (!/^HTTP\/1\.1 2/.test(head)) return reject(new Error(received.toString('utf8')));
      bodyBytes = Number(/content-length: (\d+)/i.exec(head)[1]);
      if (received.length < headEnd + HEAD_END.length + bodyBytes) return;
      received = Buffer.alloc(0);
      responses += 1;
      if (performance.now() < deadline) return socket.write(request);
      socket.removeAllListeners('close');
      socket.end();
      resolve({ responses, bodyBytes });
    });
  });
}
