import type { Counted } from './schedule-texts.js';

/** Replaces `{name}` by values. */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));

/** Chooses the text for a count, in the language of `tag`. */
export function forCount(texts: Counted, options: { count: number; tag: string }): string {
  const { count, tag } = options;
  return count === 1 ? texts.single : (texts[new Intl.PluralRules(tag).select(count)] ?? texts.other);
}
