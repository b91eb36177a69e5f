import { createSourceWarning } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { de } from '../locales/de.js';
import { en } from '../locales/en.js';
import { createText } from './create-text.js';
import { warningText } from './warning-text.js';

const english = createText({ locale: 'en', texts: en, overrides: {} });
const german = createText({ locale: 'de', texts: de, overrides: {} });

describe('the text of a warning', () => {
  it('is in the language of the person, with its numbers and line', () => {
    const warning = createSourceWarning('csv_row_short', { width: 1200, expected: 1300 }, { line: 4 });
    expect(warningText(warning, german)).toBe(
      'Zeile 4: Diese Zeile hat 1.200 statt 1.300 Zellen. Die fehlenden Zellen am Ende sind leer.',
    );
  });

  it('is that of its variant', () => {
    expect(warningText(createSourceWarning('pages_left.limit', { pages: 20 }), english)).toMatch(
      /more than 20 pages/,
    );
    expect(warningText(createSourceWarning('pages_left', {}), english)).toMatch(/only the first one/);
  });

  it('has the plural form of the language', () => {
    expect(warningText(createSourceWarning('records_empty', { n: 1 }), german)).toMatch(/^1 Eintrag hat/);
    expect(warningText(createSourceWarning('records_empty', { n: 2 }), german)).toMatch(/^2 Einträge haben/);
  });

  it('leaves out the fault that a parser names in English', () => {
    const warning = createSourceWarning(
      'json_malformed',
      { fault: 'Unexpected “}”.' },
      { line: 2, column: 5 },
    );
    expect(warning.message).toBe('Unexpected “}”. Only the records before this position were read.');
    expect(warningText(warning, german)).toBe(
      'Zeile 2: Die Datei ist hier beschädigt. Nur die Einträge davor wurden gelesen.',
    );
  });

  it('is the English one of the server for a warning without its parameters, or with an unknown code', () => {
    const message = 'No record has a value at "price".';
    expect(warningText({ code: 'mapping_path_empty', message }, german)).toBe(message);
    expect(warningText({ code: 'of_another_release', message }, german)).toBe(message);
  });
});
