import type { IssueCode } from '@inlet/contracts';

/** The issue code, followed by a colon and the case if a code has several sentences. */
export type MessageKey = keyof typeof MESSAGES;
export type Messages = Readonly<Record<MessageKey, string>>;

/** All messages of checks. `{value}` is the refused text, shortened; other names are limits. */
export const MESSAGES = {
  required: 'Fill this in: the column needs a value.',
  not_unique: '“{value}” is already in record {first}. Each value may occur once.',
  not_unique_together: '“{value}” is already in record {first}. {columns} together may occur once.',
  too_short: 'Use at least {min} characters; this has {length}.',
  too_long: 'Use at most {max} characters; this has {length}.',
  too_small: '“{value}” is less than {min}.',
  'too_small:date': '“{value}” is before {min}.',
  too_large: '“{value}” is more than {max}.',
  'too_large:date': '“{value}” is after {max}.',
  'too_many_digits:integer': '“{value}” has more than {max} digits before the decimal point.',
  'too_many_digits:fraction': '“{value}” has more than {max} digits after the decimal point.',
  pattern_mismatch: '“{value}” does not have the form that this column asks for.',
  forbidden_value: '“{value}” is not allowed here.',
  not_an_integer: '“{value}” is not a whole number.',
  'not_an_integer:size':
    '“{value}” is too long for a number and would lose digits. Make this a text column to keep them.',
  not_a_number: '“{value}” is not a number.',
  'not_a_number:size':
    '“{value}” is too long for a number and would lose digits. Make this a text column to keep them.',
  number_ambiguous:
    '“{value}” can mean {plain} or {fraction}. Set the decimal sign of this column to say which.',
  not_a_date: '“{value}” is not a date that can be read. Write it like {example}, or add its format.',
  'not_a_date:no_such_day': '“{value}” is a day that does not exist.',
  'not_a_date:no_such_time': '“{value}” has a time that does not exist.',
  'not_a_date:unknown_zone': '“{value}” names a time zone that is not known. Use an offset such as +01:00.',
  'not_a_date:ambiguous_zone':
    '“{value}” has the time zone {zone}, which can mean {meanings}. Use an offset such as +01:00.',
  date_ambiguous: 'In “{value}” the day and the month can be confused. Set the date format of this column.',
  not_a_boolean: '“{value}” is neither yes nor no. Use true or false.',
  not_an_email: '“{value}” is not an email address.',
  not_a_url: '“{value}” is not a web address. It must begin with http:// or https://.',
  not_a_phone: '“{value}” is not a phone number.',
  'not_a_phone:country':
    '“{value}” has no country code. Begin it with + and the code, or set the country of this column.',
  'not_a_phone:extension': '“{value}” has an extension, which this column cannot keep.',
  not_an_option: '“{value}” is not one of the options: {options}.',
  not_an_image_url: '“{value}” is not the web address of an image.',
  'not_an_image_url:extension': '“{value}” leads to a .{extension} file, not to an image.',
} as const;

export const codeOf = (key: MessageKey): IssueCode => CODE_OF_KEY[key];

type CodePart<Key extends string> = Key extends `${infer Code}:${string}` ? Code : Key;

const CODE_OF_KEY = Object.fromEntries(Object.keys(MESSAGES).map((key) => [key, key.replace(/:.*/, '')])) as {
  [Key in MessageKey]: CodePart<Key>;
};

const MOST_CHARACTERS = 60;

/** Shortens text for the middle of a sentence: one line, cut with an ellipsis. */
export function shorten(text: string): string {
  const line = text.slice(0, MOST_CHARACTERS * 4).replace(/\s+/g, ' ');
  const characters = Array.from(line);
  if (characters.length <= MOST_CHARACTERS && text.length <= MOST_CHARACTERS * 4) return line;
  return `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

/** Replaces the names in braces in a message; keeps unknown names. */
export const fillIn = (message: string, fill: Readonly<Record<string, string | number>>): string =>
  message.replace(/\{(\w+)\}/g, (braces, name: string) => String(fill[name] ?? braces));
