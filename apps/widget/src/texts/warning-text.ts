import type { SourceWarningView } from '@inlet/contracts';
import type { Translate } from './create-text.js';

/**
 * The text of a warning in the person's language, with its line. English if there is none, or if the warning is from
 * before warnings had parameters.
 */
export function warningText(
  { code, variant, message, parameters = {}, line }: SourceWarningView,
  t: Translate,
): string {
  const key = `warning.${variant === undefined ? code : `${code}.${variant}`}`;
  const names = t.has(key) ? [...t(key).matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '') : null;
  const isWhole = names?.every((name) => parameters[name] !== undefined) ?? false;
  const text = isWhole && t.has(key) ? t(key, parameters) : message;
  return line === undefined ? text : t('warning.atLine', { line, text });
}
