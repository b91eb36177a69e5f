import { ERRORS } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { en } from '../locales/en.js';
import { createText } from './create-text.js';
import { errorTextCode } from './error-texts.js';

const t = createText({ locale: 'en', texts: en, overrides: {} });
const titleOf = (problem: unknown) => t(`error.${errorTextCode(problem, t)}.title`);

describe('the texts of an error', () => {
  it('are shared by codes that differ only for developers', () => {
    expect(titleOf(new ApiProblem('key_secret'))).toBe(titleOf(new ApiProblem('key_unknown')));
  });

  it('exist for every code, and for failures of the widget itself', () => {
    const codes = Object.keys(ERRORS) as (keyof typeof ERRORS)[];
    expect(codes.map((code) => titleOf(new ApiProblem(code))).every((title) => title !== '')).toBe(true);
    expect(titleOf(new TypeError('bug'))).toBe('Something went wrong on our side');
  });
});
