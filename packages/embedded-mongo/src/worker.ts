import { parentPort, workerData } from 'node:worker_threads';
import { type ServerOptions, startServer } from './server.js';

/** The data that the worker thread is started with. */
export type WorkerOptions = Omit<ServerOptions, 'onFault'>;

/** A message of the worker thread: first its address, later errors. */
export type WorkerMessage = { kind: 'listening'; uri: string } | { kind: 'fault'; error: Error };

const port = parentPort;
if (port === null) throw new Error('this file must run in a worker thread');
const post = (message: WorkerMessage): void => port.postMessage(message);

const server = await startServer({
  ...(workerData as WorkerOptions),
  onFault: (error) => post({ kind: 'fault', error }),
});
// A native handle of the storage library can keep the thread alive, so the thread ends itself.
port.on('message', () => void server.close().finally(() => process.exit(0)));
post({ kind: 'listening', uri: server.uri });
