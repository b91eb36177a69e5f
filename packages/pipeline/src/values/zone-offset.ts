const HOUR = 60;

/** Names of RFC 822, and others in feeds. Names with several meanings (IST) are left out. */
const OFFSET_OF_NAME: ReadonlyMap<string, number> = new Map([
  ...['Z', 'UT', 'UTC', 'GMT', 'WET'].map((name) => [name, 0] as const),
  ['EST', -5 * HOUR],
  ['EDT', -4 * HOUR],
  ['CST', -6 * HOUR],
  ['CDT', -5 * HOUR],
  ['MST', -7 * HOUR],
  ['MDT', -6 * HOUR],
  ['PST', -8 * HOUR],
  ['PDT', -7 * HOUR],
  ['AKST', -9 * HOUR],
  ['AKDT', -8 * HOUR],
  ['HST', -10 * HOUR],
  ['BST', HOUR],
  ['WEST', HOUR],
  ['CET', HOUR],
  ['MEZ', HOUR],
  ['CEST', 2 * HOUR],
  ['MESZ', 2 * HOUR],
  ['EET', 2 * HOUR],
  ['EEST', 3 * HOUR],
  ['MSK', 3 * HOUR],
  ['JST', 9 * HOUR],
  ['KST', 9 * HOUR],
  ['AEST', 10 * HOUR],
  ['AEDT', 11 * HOUR],
  ['NZST', 12 * HOUR],
  ['NZDT', 13 * HOUR],
]);

const NUMERIC = /^(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?$/;

/** Minutes east of Greenwich of `+0100`, `+01:00`, `-5`, `GMT+1`, `EST`; undefined for anything else. */
export function readZoneOffset(text: string): number | undefined {
  const zone = text.toUpperCase();
  const named = OFFSET_OF_NAME.get(zone);
  if (named !== undefined) return named;
  const match = NUMERIC.exec(zone);
  if (!match) return undefined;
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (match[1] === '-' ? -1 : 1) * (hours * HOUR + minutes);
}
