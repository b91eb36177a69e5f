import { idSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { createIds } from './create-ids.js';

describe('createIds', () => {
  it('returns ids that the contracts accept, each a new one, in order', () => {
    const newId = createIds();
    const ids = Array.from({ length: 100 }, () => newId('run'));
    for (const id of ids) expect(idSchema('run').parse(id)).toBe(id);
    expect(new Set(ids).size).toBe(100);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids[31]).toBe('run_00000000000000000000000010');
  });
});
