import { createServer } from 'node:net';

/** Resolves with null, or with the code of the error with which this port cannot be used: `EADDRINUSE` and so on. */
export function tryPort(port, host = '127.0.0.1') {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', ({ code }) => resolve(code));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** Resolves with the first free port after this one. */
export async function nextFreePort(port, host) {
  let next = port + 1;
  while (next < 65_535 && (await tryPort(next, host)) !== null) next += 1;
  return next;
}
