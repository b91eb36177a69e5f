import { withCredentialsOf } from './web-address.js';

/** A field that is stored encrypted and never returned by the API. */
export interface SecretField {
  /** Names of nested fields, joined by dots: `basicAuth.password`. */
  readonly path: string;
  /** `secret`: the whole value is secret. `address`: only a user name and password inside an address are. */
  readonly holds: 'secret' | 'address';
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Returns whether an object has a value in one of its secret fields. */
export function hasSecrets(object: object, fields: readonly SecretField[]): boolean {
  const valueAt = (path: string) =>
    path
      .split('.')
      .reduce<unknown>((value, name) => (isObject(value) ? Reflect.get(value, name) : undefined), object);
  return fields.some(({ path, holds }) => holds === 'secret' && valueAt(path) !== undefined);
}

/** Returns `after` with the secret fields, and the credentials in addresses, that it leaves out filled in from `before`. */
export function keepSecretFields<T extends object>(
  before: object,
  after: T,
  fields: readonly SecretField[],
): T {
  const addresses = fields.flatMap(({ path, holds }) => {
    const [old, given]: unknown[] = [Reflect.get(before, path), Reflect.get(after, path)];
    const isAddress = holds === 'address' && typeof old === 'string' && typeof given === 'string';
    return isAddress ? [[path, withCredentialsOf(given, old)]] : [];
  });
  return { ...keepFields(before, after, secretNames(fields)), ...Object.fromEntries(addresses) };
}

/** The outermost names of the fields that are secret or hold something secret. */
export const secretNames = (fields: readonly SecretField[]): string[] =>
  fields.flatMap(({ path, holds }) => (holds === 'secret' ? path.split('.').slice(0, 1) : []));

/** Returns `after` with the named fields that it leaves out filled in from `before`. */
export function keepFields<T extends object>(before: object, after: T, names: readonly string[]): T {
  const kept = Object.entries(before).filter(
    ([name, value]) => names.includes(name) && value !== undefined && Reflect.get(after, name) === undefined,
  );
  return { ...after, ...Object.fromEntries(kept) };
}
