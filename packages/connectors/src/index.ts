export { createGuard, type Guard, type GuardOptions } from './http/guard.js';
export { createHttpPlace } from './http/http-place.js';
export type { Lookup, LookupAddress } from './http/lookup.js';
export { parseRetryAfter } from './http/parse-retry-after.js';
export type {
  HttpPlace,
  NotModified,
  OpenedBody,
  OpenRequest,
  OpenResult,
  PostRequest,
  PostResult,
} from './http/place-contract.js';
export { PrivateAddressError } from './http/private-address-error.js';
