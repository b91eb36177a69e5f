import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { InletError } from '@inlet/contracts';

/** Seals secrets before they are stored. A sealed text can be opened only in the context that it was sealed in. */
export interface Cipher {
  /** The id of the key that seals. */
  readonly keyId: string;
  /** The ids of all keys that can open a text, that of the sealing key first. */
  readonly keyIds: readonly string[];
  encrypt(text: string, context: string): string;
  /** Seals a text once with each key, in the order of `keyIds`. */
  encryptWithEach(text: string, context: string): string[];
  /** @throws InletError `encryption_key_wrong` if the key, the context or the sealed text is not the original one. */
  decrypt(sealed: string, context: string): string;
  /** The id of the key of a sealed text; null for a text from before keys had ids. */
  keyIdOf(sealed: string): string | null;
}

export interface AesCipherOptions {
  /** 32 bytes. Seals and opens. */
  readonly key: Buffer;
  /** Keys of 32 bytes that only open. */
  readonly previousKeys?: readonly Buffer[] | undefined;
  readonly randomBytes: (size: number) => Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 6;
/** Version 1 has no key id. */
const SEALED = /^(?:v1|v2\.([0-9a-f]{12}))\.([\w-]+)$/;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** An id of 12 hexadecimal digits, derived by HKDF (RFC 5869), that reveals nothing about the key. */
export const encryptionKeyId = (key: Buffer): string =>
  Buffer.from(hkdfSync('sha256', key, '', 'inlet encryption key id v1', KEY_ID_BYTES)).toString('hex');

/**
 * AES-256-GCM (NIST SP 800-38D). Sealed form: `v2.`, the id of the key, `.` and the base64url of IV (12 bytes), tag
 * (16) and ciphertext. The context is authenticated, so that a sealed value copied into another document does not
 * open.
 *
 * @throws RangeError if a key does not have 32 bytes.
 */
export function createAesCipher({ key, previousKeys = [], randomBytes }: AesCipherOptions): Cipher {
  const current = toKey(key);
  const keys = [current, ...previousKeys.map(toKey)];
  const encryptWith = ({ id, bytes }: Key, text: string, context: string): string => {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, bytes, iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `v2.${id}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  };
  return {
    keyId: current.id,
    keyIds: keys.map(({ id }) => id),
    encrypt: (text, context) => encryptWith(current, text, context),
    encryptWithEach: (text, context) => keys.map((each) => encryptWith(each, text, context)),
    decrypt(sealed, context) {
      const keyId = keyIdOf(sealed);
      const candidates = keyId === null ? keys : keys.filter(({ id }) => id === keyId);
      let cause: unknown;
      for (const { bytes } of candidates) {
        try {
          return open(sealed, { key: bytes, context });
        } catch (error) {
          cause = error;
        }
      }
      const named = keyId === null ? '' : ` with the id ${keyId}`;
      throw new InletError('encryption_key_wrong', {
        detail: `The secret of ${context} cannot be opened: neither INLET_ENCRYPTION_KEY nor INLET_PREVIOUS_ENCRYPTION_KEYS has the key${named} that it was stored with.`,
        cause,
      });
    },
    keyIdOf,
  };
}

function toKey(bytes: Buffer): Key {
  if (bytes.length !== 32) throw new RangeError('INLET_ENCRYPTION_KEY must be 32 bytes');
  return { id: encryptionKeyId(bytes), bytes };
}

const keyIdOf = (sealed: string): string | null => SEALED.exec(sealed)?.[1] ?? null;

function open(sealed: string, { key, context }: { key: Buffer; context: string }): string {
  const [, , content] = SEALED.exec(sealed) ?? [];
  if (content === undefined) throw new TypeError('the sealed text has an unknown version');
  const bytes = Buffer.from(content, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new TypeError('the sealed text is incomplete');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString('utf8');
}
