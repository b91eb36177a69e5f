import { expect, it } from 'vitest';
import { encodingChoices } from './encodings.js';

it('names encodings in the language of the person, and every one can be decoded', () => {
  const german = encodingChoices({ locale: 'de', chosen: undefined });
  expect(german.map(({ label }) => label)).toEqual(
    expect.arrayContaining(['utf-8', 'Kyrillisch · windows-1251', 'Japanisch · shift_jis']),
  );
  for (const { value } of german) expect(new TextDecoder(value).encoding).toBe(value);
});

it('lists a stored encoding that it does not offer', () => {
  const values = encodingChoices({ locale: 'en', chosen: 'latin1' }).map(({ value }) => value);
  expect(values.at(-1)).toBe('latin1');
});
