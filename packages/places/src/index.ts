export { createGuard, type Guard, type GuardOptions } from './guard.js';
export {
  createHttpPlace,
  type HttpPlace,
  type NotModified,
  type OpenedBody,
  type OpenRequest,
  type OpenResult,
  type PostRequest,
  type PostResult,
} from './http-place.js';
export type { Lookup, LookupAddress } from './lookup.js';
export { parseRetryAfter } from './parse-retry-after.js';
export { PrivateAddressError } from './private-address-error.js';
