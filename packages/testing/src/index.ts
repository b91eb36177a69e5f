export { type CliProcesses, cliProcesses, type Finished, type Serving } from './cli-processes.js';
export { createIds } from './create-ids.js';
export { type FakeClock, fakeClock } from './fake-clock.js';
export {
  type FeedBody,
  type FeedHandler,
  type FeedRequest,
  type FeedRoute,
  type FeedServer,
  startFeedServer,
} from './feed-server.js';
export { freePort } from './free-port.js';
export { FAR_AWAY, type ImportPeers, type ReceivedRow, startImportPeers } from './import-peers.js';
export { type Interceptor, interceptOperations } from './intercept-operations.js';
export { createMemoryQueue, type MemoryQueue } from './memory-queue.js';
export {
  type ReceivedRequest,
  type Receiver,
  type ReceiverAnswer,
  type ReceiverScript,
  startReceiver,
} from './receiver.js';
export { type FeedItem, rssFeed } from './rss-feed.js';
export { type SeededRandom, seededRandom } from './seeded-random.js';
export { secondsFromNow, signUserToken, type UserTokenOptions } from './sign-user-token.js';
export {
  LARGE_BYTES,
  makeDelivery,
  makeFile,
  makeIssue,
  makeJob,
  makeProject,
  makeRun,
  makeTemplate,
  makeUpload,
  makeUploadJob,
} from './store-contract/model-fixtures.js';
export {
  createTestCertificate,
  type TestCertificate,
  type TestCertificateOptions,
} from './test-certificate.js';
export {
  copyVersion0Directory,
  type OldDocument,
  type Version0Directory,
  type Version0State,
} from './version-0-directory.js';
export { createGate, type Gate, waitFor } from './wait-for.js';
