export type VerificationFault =
  | 'secret_invalid'
  | 'header_missing'
  | 'timestamp_invalid'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_mismatch'
  | 'body_invalid';

const MESSAGES: Record<VerificationFault, string> = {
  secret_invalid: 'A webhook secret is missing or is not `whsec_` followed by base64.',
  header_missing: 'A header is missing: webhook-id, webhook-timestamp and webhook-signature are required.',
  timestamp_invalid: 'The header webhook-timestamp is not a number of seconds.',
  timestamp_too_old: 'The message was signed too long ago. Somebody else may have repeated it.',
  timestamp_too_new: 'The message was signed in the future. Check the clocks.',
  signature_mismatch:
    'No signature matches. Check the secret, and pass the body as raw bytes, before any parser changes it.',
  body_invalid: 'The signature matches, but the body is not an event of Inlet.',
};

/** Thrown for a message that must not be trusted: answer it with status 400 or 401. `reason` is for your logs. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly reason: VerificationFault;

  constructor(reason: VerificationFault, cause?: unknown) {
    super(MESSAGES[reason], cause === undefined ? {} : { cause });
    this.reason = reason;
  }
}
