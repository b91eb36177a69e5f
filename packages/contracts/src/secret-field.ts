/** A field that is stored encrypted and never returned by the API. */
export interface SecretField {
  /** Names of nested fields, joined by dots: `basicAuth.password`. */
  readonly path: string;
  /** `secret`: the whole value is secret. `address`: only a user name and password inside an address are. */
  readonly holds: 'secret' | 'address';
}

/** Returns whether an object has a value in one of its secret fields. */
export function hasSecrets(object: object, fields: readonly SecretField[]): boolean {
  return secretEntries(object, fields).length > 0;
}

/** Returns `after` with the secret fields that it leaves out filled in from `before`. */
export function keepSecretFields<T extends object>(
  before: object,
  after: T,
  fields: readonly SecretField[],
): T {
  const kept = secretEntries(before, fields).filter(([name]) => Reflect.get(after, name) === undefined);
  return { ...after, ...Object.fromEntries(kept) };
}

/** The fields of an object that are secret or hold something secret, by their outermost name. */
function secretEntries(object: object, fields: readonly SecretField[]): [string, unknown][] {
  const names = fields.filter(({ holds }) => holds === 'secret').map(({ path }) => path.split('.')[0]);
  return Object.entries(object).filter(([name, value]) => names.includes(name) && value !== undefined);
}
