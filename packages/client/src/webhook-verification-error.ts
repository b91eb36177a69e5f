export type VerificationFault =
  | 'secret_invalid'
  | 'header_missing'
  | 'timestamp_invalid'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_mismatch'
  | 'body_invalid';

const MESSAGES: Record<VerificationFault, string> = {
  secret_invalid: 'A webhook secret is missing, or is not `whsec_` with base64 after it.',
  header_missing: 'A header is missing: webhook-id, webhook-timestamp and webhook-signature are needed.',
  timestamp_invalid: 'The header webhook-timestamp is not a number of seconds.',
  timestamp_too_old: 'The message was signed too long ago. It may be a repetition by somebody else.',
  timestamp_too_new: 'The message was signed in the future. Check the clocks.',
  signature_mismatch:
    'No signature matches. Check the secret, and that the body is taken as raw bytes, before any parser.',
  body_invalid: 'The signature is right, but the body is no event of Inlet.',
};

/** A message that must not be believed. `reason` says why, for logs; answer it with 400 or 401. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly reason: VerificationFault;

  constructor(reason: VerificationFault, cause?: unknown) {
    super(MESSAGES[reason], cause === undefined ? {} : { cause });
    this.reason = reason;
  }
}
