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

/** 1 to 12, for any case and with or without the dot of an abbreviation. */
export const monthOfName = (name: string): number | undefined =>
  MONTH_OF_NAME.get(name.toLowerCase().normalize('NFC').replace(/\.$/, ''));
