const HOUR = 60;

/** Names of RFC 822, and others in feeds. */
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
  ['NST', -3.5 * HOUR],
  ['NDT', -2.5 * HOUR],
  ['BRT', -3 * HOUR],
  ['ART', -3 * HOUR],
  ['SAST', 2 * HOUR],
  ['EAT', 3 * HOUR],
  ['TRT', 3 * HOUR],
  ['PKT', 5 * HOUR],
  ['WIB', 7 * HOUR],
  ['HKT', 8 * HOUR],
  ['SGT', 8 * HOUR],
  ['AWST', 8 * HOUR],
  ['ACST', 9.5 * HOUR],
  // The letters of RFC 822 were defined with the wrong sign, so RFC 5322, section 4.3, reads them as UTC.
  ...[...'ABCDEFGHIKLMNOPQRSTUVWXY'].map((letter) => [letter, 0] as const),
]);

/** Names with several meanings, which are not guessed. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['IST', 'India (+05:30), Israel (+02:00) or Ireland (+01:00)'],
  ['AST', 'the Atlantic (-04:00) or Arabia (+03:00)'],
  ['GST', 'the Gulf (+04:00) or South Georgia (-02:00)'],
  ['SST', 'Samoa (-11:00) or Singapore (+08:00)'],
  ['AMT', 'Amazonas (-04:00) or Armenia (+04:00)'],
  ['WST', 'Western Australia (+08:00) or Western Samoa (+13:00)'],
]);

export interface AmbiguousZone {
  readonly zone: string;
  readonly meanings: string;
}

/** The name of a time zone in a text that has several meanings. */
export function findAmbiguousZone(text: string): AmbiguousZone | undefined {
  for (const [word] of text.matchAll(/[A-Z]+/g)) {
    const meanings = MEANINGS.get(word);
    if (meanings !== undefined) return { zone: word, meanings };
  }
  return undefined;
}

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
