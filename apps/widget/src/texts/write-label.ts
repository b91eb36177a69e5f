/** A condition as the server writes it in a label: `[@rel='alternate']`, with each `'` of the value doubled. */
const CONDITION = /\[@([^\s=[\]]+)='((?:[^']|'')*)'\]/g;

/** Writes the label of a heading for reading: `link (rel: alternate) > @href` for `link[@rel='alternate'] > @href`. */
export const writeLabel = (label: string): string =>
  label
    .replace(CONDITION, (_, name: string, value: string) => ` (${name}: ${value.replaceAll("''", "'")})`)
    .replaceAll(') (', ', ');
