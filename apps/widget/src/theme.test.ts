import { expect, it } from 'vitest';
import { contrast } from './contrast.js';
import { makeVariables } from './theme.js';

const TONES = ['good', 'warn', 'held', 'bad'];

it.each(['light', 'dark'] as const)('every tone is readable on its ground and on the page: %s', (scheme) => {
  const tokens = new Map(Object.entries(makeVariables()({} as never)[scheme]));
  for (const tone of TONES)
    for (const ground of [`--inlet-${tone}-ground`, '--inlet-surface'])
      expect(contrast(tokens.get(`--inlet-${tone}`)!, tokens.get(ground)!), tone).toBeGreaterThanOrEqual(4.5);
});
