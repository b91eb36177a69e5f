import { randomBytes } from 'node:crypto';
import { idSchema } from '@inlet/contracts';
import { fakeClock } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import { createNewId } from './new-id.js';

describe('createNewId', () => {
  it('creates ids that the contracts accept', () => {
    const newId = createNewId({ now: () => new Date(), randomBytes });
    expect(idSchema('run').safeParse(newId('run')).success).toBe(true);
  });

  it('writes the time first, then the random part, as the ULID specification does', () => {
    const now = () => new Date(1_469_918_176_385);
    const newId = createNewId({ now, randomBytes: (size) => Buffer.alloc(size, 0xff) });
    expect(newId('job')).toBe('job_01aryz6s41zzzzzzzzzzzzzzzz');
  });

  it('keeps the order within a millisecond and when the clock is set back', () => {
    const clock = fakeClock('2026-01-05T09:00:00.000Z');
    const newId = createNewId({ now: clock.now, randomBytes });
    const ids = [newId('run'), newId('run')];
    clock.advance(-60_000);
    ids.push(newId('run'));
    clock.advance(120_000);
    ids.push(newId('run'));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
  });

  it('keeps the order when the random part overflows within a millisecond', () => {
    const clock = fakeClock();
    const newId = createNewId({ now: clock.now, randomBytes: (size) => Buffer.alloc(size, 0xff) });
    const [first, second] = [newId('run'), newId('run')];
    expect(first.endsWith('z'.repeat(16))).toBe(true);
    expect(second > first).toBe(true);
    expect(second.endsWith('0'.repeat(16))).toBe(true);
  });
});
