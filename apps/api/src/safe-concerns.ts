/**
 * A run depends on reading its own writes, and an acknowledged write must survive an election: reads go to the primary
 * and see majority-committed data, and writes wait for the majority and its journal.
 */
export const SAFE_CONCERNS = {
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
} as const;

/** Options of an address that would change the above, in lower case. `wtimeoutMS` only limits the wait. */
const CONCERNS: ReadonlySet<string> = new Set([
  'readpreference',
  'readpreferencetags',
  'maxstalenessseconds',
  'readconcernlevel',
  'w',
  'j',
  'journal',
  'safe',
  'fsync',
]);

/** The values with which an option asks for what Inlet does anyway. */
const SAFE_VALUES: ReadonlySet<string> = new Set([
  'readpreference=primary',
  'readconcernlevel=majority',
  'w=majority',
  'j=true',
  'journal=true',
]);

export interface SafeAddress {
  readonly address: string;
  /** Names of the options that asked for something else. */
  readonly ignored: readonly string[];
}

/** The address of a MongoDB without options that weaken reads and writes: the driver would let some of them win. */
export function withoutConcerns(uri: string): SafeAddress {
  const [base = '', query] = uri.split('?', 2);
  if (query === undefined) return { address: uri, ignored: [] };
  const options = query.split('&').map((text) => ({ text, name: text.split('=', 1)[0] ?? '' }));
  const isConcern = ({ name }: { name: string }) => CONCERNS.has(name.toLowerCase());
  const kept = options.filter((option) => !isConcern(option)).map(({ text }) => text);
  const ignored = options
    .filter((option) => isConcern(option) && !SAFE_VALUES.has(option.text.toLowerCase()))
    .map(({ name }) => name);
  return { address: kept.length === 0 ? base : `${base}?${kept.join('&')}`, ignored };
}
