import { ERRORS, ISSUE_CODES, SOURCE_WARNINGS, WIDGET_LOCALES } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { createText } from '../texts/create-text.js';
import { en, type Text } from './en.js';
import { chooseLanguage, loadTexts } from './load-texts.js';

const formsOf = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const namesIn = (text: Text) =>
  [...new Set(formsOf(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();
const SENTENCES = /^(error|issue|common|type|warning)\./;

describe('the languages', () => {
  it.each(WIDGET_LOCALES)('%s has every text with the same names in braces', async (language) => {
    const texts = await loadTexts(language);
    expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(texts)) {
      expect(
        formsOf(text).every((form) => form.trim() !== ''),
        key,
      ).toBe(true);
      expect(namesIn(text), key).toEqual(namesIn(en[key as keyof typeof en]));
    }
  });

  it.each(WIDGET_LOCALES.filter((language) => language !== 'en'))('%s is translated', async (language) => {
    const texts = await loadTexts(language);
    const same = Object.entries(texts).filter(
      ([key, text]) =>
        SENTENCES.test(key) && JSON.stringify(text) === JSON.stringify(en[key as keyof typeof en]),
    );
    expect(same.length).toBeLessThan(6);
  });

  it('has texts for every error of sources and schedules, and for every issue', () => {
    const wanted = Object.keys(ERRORS).filter((code) => /^(source|schedule|run_held)_/.test(code));
    const without = wanted.filter((code) => !(`error.${code}.title` in en));
    expect(without).toEqual(['source_kind_not_allowed']);
    expect(ISSUE_CODES.filter((code) => !(`issue.${code}` in en))).toEqual([]);
  });

  it.each(WIDGET_LOCALES)('%s has a text for every warning about sources', async (language) => {
    const texts: Readonly<Record<string, Text>> = await loadTexts(language);
    for (const [key, text] of Object.entries(SOURCE_WARNINGS)) {
      const own = texts[`warning.${key}`];
      expect(own, key).toBeDefined();
      // A text may leave a parameter out, such as the fault that a parser names in English.
      if (own !== undefined) expect(namesIn(text)).toEqual(expect.arrayContaining(namesIn(own)));
    }
  });

  it('uses the first requested language that it has', () => {
    expect(chooseLanguage(['nl', 'pt-BR', 'de'])).toEqual({ tag: 'pt-BR', language: 'pt', direction: 'ltr' });
    expect(chooseLanguage(['ar_EG'])).toEqual({ tag: 'ar-EG', language: 'ar', direction: 'rtl' });
    expect(chooseLanguage(['tlh', '__proto__'])).toEqual({ tag: 'en', language: 'en', direction: 'ltr' });
  });

  it('picks plural forms, formats numbers for the locale, and lets the host replace texts', async () => {
    const german = createText({
      locale: 'de',
      texts: await loadTexts('de'),
      overrides: { 'common.next': 'Los' },
    });
    expect(german('found.items', { n: 1 })).toBe('1 Eintrag');
    expect(german('found.items', { n: 12_345 })).toBe('12.345 Einträge');
    expect(german('common.next')).toBe('Los');
    const arabic = createText({ locale: 'ar', texts: await loadTexts('ar'), overrides: {} });
    expect([1, 2, 3, 11].map((n) => arabic('unit.days', { n }))).toEqual(['يوم', 'يومان', 'أيام', 'يومًا']);
  });
});
