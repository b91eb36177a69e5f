export type {
  Connector,
  Connectors,
  NextPage,
  OpenedBytes,
  OpenLimits,
  OpenResult,
  PageRead,
  SourceOpenOptions,
  Unchanged,
  Version,
} from './connector.js';
export { createGuard, type Guard, type GuardOptions, PrivateAddressError } from './guard/guard.js';
export type { Lookup, LookupAddress } from './guard/guarded-agents.js';
export { createHttpConnector, type HttpOptions } from './http/http-connector.js';
export { parseRetryAfter } from './http/parse-retry-after.js';
export {
  type AnswerFault,
  createWebhookClient,
  type PostRequest,
  type PostResult,
  type WebhookClient,
} from './http/webhook-client.js';
