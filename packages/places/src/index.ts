export { createGuard, type Guard, type GuardOptions } from './guard.js';
export { createHttpPlace } from './http-place.js';
export type { Lookup, LookupAddress } from './lookup.js';
export { parseRetryAfter } from './parse-retry-after.js';
export type {
  HttpPlace,
  NotModified,
  OpenedBody,
  OpenRequest,
  OpenResult,
  PostRequest,
  PostResult,
} from './place-contract.js';
export { PrivateAddressError } from './private-address-error.js';
