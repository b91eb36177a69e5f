/** Standard Webhooks asks for 24 to 64 bytes. */
const KEY_BYTES = 32;

/** A secret to sign deliveries with, `whsec_` and base64. Takes a source of secure random bytes. */
export function newWebhookSecret(random: (size: number) => Buffer): string {
  return `whsec_${random(KEY_BYTES).toString('base64')}`;
}
