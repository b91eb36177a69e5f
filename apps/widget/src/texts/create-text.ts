import type { TextKey, Texts } from '../locales/en.js';

type Values = Readonly<Record<string, string | number>>;
export interface Translate {
  (key: TextKey, values?: Values): string;
  readonly has: (key: string) => key is TextKey;
}

export interface TextOptions {
  /** BCP 47 tag, for plural forms and numbers. */
  readonly locale: string;
  readonly texts: Texts;
  /** The host's replacements by key; a plural form has the key `key.one`. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** Creates the function that returns texts in one language. Numbers among the values are formatted for the locale. */
export function createText({ locale, texts, overrides }: TextOptions): Translate {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const write = (value: string | number) => (typeof value === 'number' ? number.format(value) : value);
  const translate = (key: TextKey, values: Values = {}): string => {
    const text = texts[key];
    const form = typeof text === 'string' || typeof values.n !== 'number' ? 'other' : plural.select(values.n);
    const own = typeof text === 'string' ? text : (text[form] ?? text.other);
    const template = overrides[`${key}.${form}`] ?? overrides[key] ?? own;
    return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
      values[name] === undefined ? whole : write(values[name]),
    );
  };
  return Object.assign(translate, { has: (key: string): key is TextKey => Object.hasOwn(texts, key) });
}
