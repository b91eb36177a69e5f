import type { SecretField } from '@inlet/contracts';
import type { Cipher } from './create-aes-cipher.js';

/** The stored form of a part of a document that has secrets, such as a source. */
export type Sealed<Whole> = Partial<Whole> & {
  readonly sealed: readonly SealedField[];
};

interface SealedField {
  /** Path of the secret field. */
  readonly path: string;
  /** The value as JSON text, encrypted. */
  readonly text: string;
}

/** A sealed text in a document. */
export interface SealedText {
  /** Path in the document, with the positions of array elements. */
  readonly path: string;
  readonly text: string;
  /** The context that it was sealed in. */
  readonly context: string;
}

export interface SealingOptions {
  readonly cipher: Cipher;
  /** Names the part and its document, so that a secret that is copied elsewhere does not open. */
  readonly owner: string;
}

/**
 * Moves the values of secret fields to `sealed`. If an address holds a user name or password, it is sealed, and the
 * rest of it stays readable.
 */
export function sealFields<Whole extends object>(
  whole: Whole,
  { fields, cipher, owner }: SealingOptions & { readonly fields: readonly SecretField[] },
): Sealed<Whole> {
  const readable = structuredClone(whole);
  const sealed = fields.flatMap(({ path, holds }) => {
    const [parent, name] = findParent(readable, path);
    const value: unknown = parent && Reflect.get(parent, name);
    if (parent === null || value === undefined) return [];
    if (holds === 'address') {
      const address = withoutCredentials(String(value));
      if (address === value) return [];
      Reflect.set(parent, name, address);
    } else {
      Reflect.deleteProperty(parent, name);
    }
    return [{ path, text: cipher.encrypt(JSON.stringify(value), `${owner}.${path}`) }];
  });
  return { ...readable, sealed };
}

/** The inverse of `sealFields`. @throws InletError `encryption_key_wrong` */
export function openFields<Whole extends object>(
  { sealed, ...readable }: Sealed<Whole>,
  { cipher, owner }: SealingOptions,
): Whole {
  const whole = structuredClone(readable);
  for (const { path, text } of sealed) {
    const [parent, name] = findParent(whole, path);
    if (parent !== null) Reflect.set(parent, name, JSON.parse(cipher.decrypt(text, `${owner}.${path}`)));
  }
  // Each field is readable or sealed, so both together are the whole.
  return whole as unknown as Whole;
}

/** Lists the sealed texts of a part, which is at `path` of its document. */
export const listSealedFields = (
  { sealed }: Pick<Sealed<object>, 'sealed'>,
  { path, owner }: { readonly path: string; readonly owner: string },
): SealedText[] =>
  sealed.map((field, i) => ({
    path: `${path}.sealed.${i}.text`,
    text: field.text,
    context: `${owner}.${field.path}`,
  }));

/** The object that has the last field of a path, and the name of that field; null if the object does not exist. */
function findParent(whole: object, path: string): [object | null, string] {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let parent: unknown = whole;
  for (const name of names) parent = isObject(parent) ? Reflect.get(parent, name) : undefined;
  return [isObject(parent) ? parent : null, last];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function withoutCredentials(address: string): string {
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  url.username = '';
  url.password = '';
  return url.href;
}
