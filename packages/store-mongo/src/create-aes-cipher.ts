import { createCipheriv, createDecipheriv } from 'node:crypto';
import { InletError } from '@inlet/contracts';

/** Seals secrets before they are stored. A sealed text can only be opened with the context that it was sealed with. */
export interface Cipher {
  encrypt(text: string, context: string): string;
  /** @throws InletError `encryption_key_wrong` where the key, the context or the sealed text is another one. */
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
 * @throws RangeError where the key has not 32 bytes.
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
  if (!sealed.startsWith(VERSION)) throw new TypeError('not a sealed text of a known version');
  const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new TypeError('a sealed text that is cut off');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString('utf8');
}
