import type { FeedConcept } from './concepts.js';

/** Words beside a name that do not change what it names: `main image` is the image. */
const ANY =
  'public full main primary default original current display official formatted common text value string in 1';
/** Words that say how a moment is written: `published_on`, `datetime_utc`, `start_ts`. */
const OF_DATES = 'on at date time datetime timestamp ts utc gmt local iso iso8601 epoch unix ms';

const wordsOf = (text: string | undefined): string[] => (text === undefined ? [] : text.split(' '));

/** Compiles the words that may qualify the name of a concept into a function that finds a name without them. */
export function compileUnqualify({
  qualifiers,
  isDate,
  isNumbered,
}: FeedConcept): (tokens: readonly string[]) => string[] {
  const known = new Set([...wordsOf(ANY), ...wordsOf(qualifiers), ...(isDate ? wordsOf(OF_DATES) : [])]);
  // `image1` is the first of several images, `gtin13` one kind of numbers.
  const number = isNumbered ? /\d{1,2}$/ : /(?<=\p{L})0?1$/u;
  const isQualifier = (token: string | undefined): boolean => token !== undefined && known.has(token);
  return (tokens) => {
    const cores = [tokens];
    for (let core = tokens; core.length > 1 && isQualifier(core.at(-1)); cores.push(core))
      core = core.slice(0, -1);
    for (const shorter of [...cores])
      for (let core = shorter; core.length > 1 && isQualifier(core[0]); cores.push(core))
        core = core.slice(1);
    const whole = tokens.join('');
    const names = cores.map((core) => core.join('').replace(number, ''));
    return [...new Set(names)].filter((name) => name !== '' && name !== whole);
  };
}
