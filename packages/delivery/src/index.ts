export { nextAttemptDelayMs } from './next-attempt-delay-ms.js';
export { type PostDeliveryOptions, type PostDeliveryResult, postDelivery } from './post-delivery.js';
export { type RejectedRow, readRejections } from './read-acknowledgement.js';
export {
  newWebhookSecret,
  type SignatureHeaders,
  type SignOptions,
  signDelivery,
} from './webhook-signature.js';
