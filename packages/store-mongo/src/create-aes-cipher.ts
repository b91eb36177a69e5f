import { createCipheriv, createDecipheriv } from 'node:crypto';
import { InletError } from '@inlet/contracts';

/** Seals secrets before they are stored. A sealed text can be opened only in the context that it was sealed in. */
export interface Cipher {
  encrypt(text: string, context: string): string;
  /** @throws InletError `encryption_key_wrong` if the key, the context or the sealed text is not the original one. */
  decrypt(sealed: string, context: string): string;
}

export interface AesCipherOptions {
  /** 32 bytes. */
  readonly key: Buffer;
  readonly randomBytes: (size: number) => Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM (NIST SP 800-38D). Sealed form: `v1.` and the base64url of IV (12 bytes), tag (16) and
 * ciphertext. The context is authenticated, so that a sealed value copied into another document does not open.
 *
 * @throws RangeError if the key does not have 32 bytes.
 */
export function createAesCipher({ key, randomBytes }: AesCipherOptions): Cipher {
  if (key.length !== 32) throw new RangeError('INLET_ENCRYPTION_KEY must be 32 bytes');
  return {
    encrypt(text, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    decrypt(sealed, context) {
      try {
        return open(sealed, { key, context });
      } catch (cause) {
        throw new InletError('encryption_key_wrong', {
          detail: `The secret of ${context} cannot be opened: INLET_ENCRYPTION_KEY is not the key that it was stored with.`,
          cause,
        });
      }
    },
  };
}

function open(sealed: string, { key, context }: { key: Buffer; context: string }): string {
  if (!sealed.startsWith(VERSION)) throw new TypeError('the sealed text has an unknown version');
  const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new TypeError('the sealed text is incomplete');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString('utf8');
}
