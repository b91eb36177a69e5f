import type { TextKey } from '../locales/en.js';

/** One text, or one for each plural form of the number `n`. Names in braces are replaced. */
export type Text =
  | string
  | ({ readonly other: string } & { readonly [Form in Intl.LDMLPluralRule]?: string });
export type Texts = Readonly<Record<TextKey, Text>>;
type Values = Readonly<Record<string, string | number>>;
export interface Translate {
  (key: TextKey, values?: Values): string;
  readonly has: (key: string) => key is TextKey;
}

export interface TextOptions {
  /** BCP 47, for plural forms and numbers. */
  readonly locale: string;
  readonly texts: Texts;
  /** The host's own words, by key; a plural form as `key.one`. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** Looks texts up in one language. Numbers among the values are written as the language does. */
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
