import type { Column, ColumnType } from '@inlet/contracts';
import { optionTexts } from './sample-row.js';

interface NoteWords {
  readonly required: string;
  readonly unique: string;
  readonly most: (characters: number) => string;
  readonly between: (min: string, max: string) => string;
  readonly oneOf: (options: string) => string;
  readonly several: (delimiter: string, options: string) => string;
  readonly types: { readonly [Type in ColumnType]?: string };
}

const WORDS: Readonly<Record<string, NoteWords>> = {
  en: {
    required: 'Required.',
    unique: 'Each value may occur once.',
    most: (n) => `At most ${n} characters.`,
    between: (min, max) => `From ${min} to ${max}.`,
    oneOf: (options) => `One of: ${options}`,
    several: (delimiter, options) => `Any of these, separated by "${delimiter}": ${options}`,
    types: { number: 'A number.', integer: 'A whole number.', date: 'A date.', boolean: 'true or false.' },
  },
  de: {
    required: 'Pflichtfeld.',
    unique: 'Jeder Wert darf einmal vorkommen.',
    most: (n) => `Höchstens ${n} Zeichen.`,
    between: (min, max) => `Von ${min} bis ${max}.`,
    oneOf: (options) => `Eines von: ${options}`,
    several: (delimiter, options) => `Beliebige davon, getrennt durch „${delimiter}“: ${options}`,
    types: {
      number: 'Eine Zahl.',
      integer: 'Eine ganze Zahl.',
      date: 'Ein Datum.',
      boolean: 'true oder false.',
    },
  },
  fr: {
    required: 'Obligatoire.',
    unique: 'Chaque valeur ne peut figurer qu’une fois.',
    most: (n) => `${n} caractères au plus.`,
    between: (min, max) => `De ${min} à ${max}.`,
    oneOf: (options) => `Une valeur parmi : ${options}`,
    several: (delimiter, options) => `Plusieurs possibles, séparées par « ${delimiter} » : ${options}`,
    types: {
      number: 'Un nombre.',
      integer: 'Un nombre entier.',
      date: 'Une date.',
      boolean: 'true ou false.',
    },
  },
  es: {
    required: 'Obligatorio.',
    unique: 'Cada valor solo puede aparecer una vez.',
    most: (n) => `Como máximo ${n} caracteres.`,
    between: (min, max) => `De ${min} a ${max}.`,
    oneOf: (options) => `Uno de: ${options}`,
    several: (delimiter, options) => `Uno o varios, separados por «${delimiter}»: ${options}`,
    types: {
      number: 'Un número.',
      integer: 'Un número entero.',
      date: 'Una fecha.',
      boolean: 'true o false.',
    },
  },
  pt: {
    required: 'Obrigatório.',
    unique: 'Cada valor só pode aparecer uma vez.',
    most: (n) => `No máximo ${n} caracteres.`,
    between: (min, max) => `De ${min} a ${max}.`,
    oneOf: (options) => `Um destes: ${options}`,
    several: (delimiter, options) => `Um ou mais, separados por “${delimiter}”: ${options}`,
    types: {
      number: 'Um número.',
      integer: 'Um número inteiro.',
      date: 'Uma data.',
      boolean: 'true ou false.',
    },
  },
  ja: {
    required: '必須です。',
    unique: '同じ値は一度だけ使えます。',
    most: (n) => `最大 ${n} 文字です。`,
    between: (min, max) => `${min} から ${max} までです。`,
    oneOf: (options) => `次のいずれか: ${options}`,
    several: (delimiter, options) => `次から選び、「${delimiter}」で区切ります: ${options}`,
    types: {
      number: '数値です。',
      integer: '整数です。',
      date: '日付です。',
      boolean: 'true または false です。',
    },
  },
  ar: {
    required: 'مطلوب.',
    unique: 'لا تتكرر أي قيمة.',
    most: (n) => `${n} حرفًا على الأكثر.`,
    between: (min, max) => `من ${min} إلى ${max}.`,
    oneOf: (options) => `إحدى القيم: ${options}`,
    several: (delimiter, options) => `قيمة أو أكثر يفصل بينها «${delimiter}»: ${options}`,
    types: { number: 'رقم.', integer: 'عدد صحيح.', date: 'تاريخ.', boolean: 'true أو false.' },
  },
};

const MOST_OPTIONS = 20;

/** The description and the rules of a column, for the person who fills it in; undefined if there are none. */
export function noteOfColumn(column: Column, locale: string | undefined): string | undefined {
  const words = WORDS[locale?.slice(0, 2).toLowerCase() ?? ''] ?? WORDS.en!;
  const { description, type, required, unique, length, range } = column;
  const lines = [
    description,
    required ? words.required : undefined,
    words.types[type],
    optionsLine(column, words),
    length?.max === undefined ? undefined : words.most(length.max),
    range?.min === undefined || range.max === undefined
      ? undefined
      : words.between(String(range.min), String(range.max)),
    unique ? words.unique : undefined,
  ].filter((line) => line !== undefined && line !== '');
  return lines.length === 0 ? undefined : lines.join('\n');
}

function optionsLine(column: Column, words: NoteWords): string | undefined {
  const options = optionTexts(column);
  if (options.length === 0) return undefined;
  const shown = options.slice(0, MOST_OPTIONS).join(', ') + (options.length > MOST_OPTIONS ? ', …' : '');
  return column.type === 'multi_select' ? words.several(column.delimiter ?? ',', shown) : words.oneOf(shown);
}
