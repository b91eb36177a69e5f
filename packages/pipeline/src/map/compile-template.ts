import type { FieldValue } from '@inlet/contracts';
import { createLimitedText } from './text-limit.js';

const PLACEHOLDER = /\{\{([^{}]+)\}\}/g;

/** The paths in double braces, in order, with repetitions. */
export const templatePaths = (template: string): string[] =>
  Array.from(template.matchAll(PLACEHOLDER), ([, path = '']) => path.trim()).filter((path) => path !== '');

/**
 * Fills the values of paths into a text; joins several values of a path by `, `. If no path has a value the whole text is
 * empty, so that `{{title}} by {{author}}` never becomes a lone "by".
 */
export function compileTemplate(
  template: string,
  positionOf: (path: string) => number,
): (fields: readonly FieldValue[]) => string {
  const pieces = template.split(PLACEHOLDER);
  // Every second piece is a path; an empty one is ignored.
  const texts = pieces.filter((_, index) => index % 2 === 0);
  const positions = pieces
    .filter((_, index) => index % 2 === 1)
    .map((path) => (path.trim() === '' ? -1 : positionOf(path.trim())));
  return (fields) => {
    const values = positions.map((position) => textOf(fields[position]));
    if (positions.length > 0 && values.every((value) => value.trim() === '')) return '';
    const result = createLimitedText();
    for (const [index, text] of texts.entries()) if (!result.add(text + (values[index] ?? ''))) break;
    return result.toString();
  };
}

function textOf(value: FieldValue): string {
  if (value === undefined || typeof value === 'string') return value ?? '';
  return value.join(', ');
}
