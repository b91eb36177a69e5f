export { newWebhookSecret } from './new-webhook-secret.js';
export { nextAttemptDelayMs } from './next-attempt-delay-ms.js';
export type { Rejection } from './read-rejections.js';
export { type SendOptions, type SendOutcome, sendDelivery } from './send-delivery.js';
export { type SignatureHeaders, type SignOptions, signDelivery } from './sign-delivery.js';
