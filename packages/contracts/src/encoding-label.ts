import { z } from 'zod';

/**
 * Returns the name of a character encoding, by its label in the WHATWG Encoding Standard; undefined for an unknown one.
 * Takes `utf_8` for `utf-8`, because files and people write it so.
 */
export function encodingOf(label: string): string | undefined {
  for (const spelling of [label.trim(), label.trim().replaceAll('_', '-')]) {
    try {
      return new TextDecoder(spelling).encoding;
    } catch {
      // Not a label: try the next spelling.
    }
  }
  return undefined;
}

export const encodingLabelSchema = z
  .string()
  .max(40)
  .refine((label) => encodingOf(label) !== undefined, {
    message: 'is no label of the WHATWG Encoding Standard, such as utf-8, windows-1252 or shift_jis',
  });
