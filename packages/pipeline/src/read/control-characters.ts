import { createSourceWarning } from '@inlet/contracts';
import { type ReadFacts, warnOfText } from './read-facts.js';
import { windows1252CodePoint } from './windows-1252.js';

const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f]/g;
const ANY_CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f]/;
const VERTICAL_TAB = 11;
const FORM_FEED = 12;

export const hasControls = (text: string): boolean => ANY_CONTROL.test(text);

/**
 * The text for a control character (C0 except tab and line ends, or C1). C1 codes are mostly windows-1252 characters
 * that were written as code points. Line and page breaks of word processors separate words. All others are removed:
 * databases and XML refuse them.
 */
export function replaceControl(code: number): string {
  if (code === VERTICAL_TAB || code === FORM_FEED) return ' ';
  const point = windows1252CodePoint(code);
  return point === code ? '' : String.fromCodePoint(point);
}

export const replaceControls = (text: string): string =>
  text.replace(CONTROLS, (control) => replaceControl(control.charCodeAt(0)));

export function warnOfControls({ warnings }: Pick<ReadFacts, 'warnings'>): void {
  warnOfText(warnings, createSourceWarning('control_characters', {}));
}
