/** English (for RFC 822), German, French and Spanish; every name is unambiguous. */
const NAMES = [
  'jan january januar jän jänner janvier janv enero ene',
  'feb february februar février févr fév fevrier fevr febrero',
  'mar march märz mär mrz maerz mars marzo',
  'apr april avril avr abril abr',
  'may mai mayo',
  'jun june juni juin junio',
  'jul july juli juillet juil julio',
  'aug august août aout agosto ago',
  'sep sept september septembre septiembre',
  'oct october okt oktober octobre octubre',
  'nov november novembre noviembre',
  'dec december dez dezember décembre déc decembre diciembre dic',
];

const MONTH_OF_NAME: ReadonlyMap<string, number> = new Map(
  NAMES.flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);

/** Languages whose names of months ICU knows; those that write months as numbers add none. */
const LANGUAGES = (
  'af az be bg bs ca cs cy da el en eo es et eu fa fi fil fo fr fy ga gl hi hr hu hy id is it ka kk ky lb lt lv mk mn ms ' +
  'nb nl nn no pl ps pt rm ro ru se sk sl sq sr sr-Latn sv sw ta te tg th tk tr tt uk ur uz vi zu ar he'
).split(' ');
const FORMS: readonly Intl.DateTimeFormatOptions[] = [
  { month: 'long' },
  { month: 'long', day: 'numeric' },
  { month: 'short', day: 'numeric' },
];
const IS_NAME = /^[\p{L}\p{M}]{3,}$/u;

const fold = (name: string): string => name.toLowerCase().normalize('NFC').replace(/\.$/, '');

let icuNames: ReadonlyMap<string, number> | undefined;

/** The names of all languages, without those that mean different months in two of them (`listopad`). */
function readIcuNames(): ReadonlyMap<string, number> {
  const found = new Map<string, number | null>();
  for (const language of LANGUAGES)
    for (const form of FORMS) {
      const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {
        ...form,
        timeZone: 'UTC',
      });
      for (let month = 1; month <= 12; month += 1) {
        const parts = format.formatToParts(Date.UTC(2025, month - 1, 15));
        const name = fold(parts.find(({ type }) => type === 'month')?.value ?? '');
        const before = found.get(name);
        if (IS_NAME.test(name)) found.set(name, before === undefined || before === month ? month : null);
      }
    }
  const isKnown = (entry: [string, number | null]): entry is [string, number] => entry[1] !== null;
  return new Map([...found].filter(isKnown));
}

/** 1 to 12, for any case and with or without the dot of an abbreviation, in the languages of ICU. */
export function monthOfName(name: string): number | undefined {
  const folded = fold(name);
  const usual = MONTH_OF_NAME.get(folded);
  if (usual !== undefined || !IS_NAME.test(folded)) return usual;
  // Reading them takes some hundredths of a second.
  icuNames ??= readIcuNames();
  return icuNames.get(folded);
}
