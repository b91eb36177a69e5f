import { createHash } from 'node:crypto';
import { type Destination, destinationSchema } from '@inlet/contracts';
import { createIds, fakeClock, makeRun } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import { batchLimits } from './batch-limits.js';
import { buildBody, frameBytes } from './delivery-body.js';

const DAY_MS = 86_400_000;
const { about } = makeRun({ newId: createIds() });
const clock = fakeClock('2026-03-01T12:00:00.000Z');
const destinationOf = (changes: object = {}) =>
  destinationSchema.parse({ url: 'https://a.example/', ...changes });
const limitsOf = (destination: Destination | null, bodyLimit: object | null = null) =>
  batchLimits(clock, { job: { bodyLimit: bodyLimit as never }, template: { destination }, about });
const frame = frameBytes(about);

describe('the limits of a batch', () => {
  it.each([
    ['of the destination', destinationOf({ rowsPerBatch: 7, maxBatchBytes: 20_000 }), 7, 20_000],
    ['by default', destinationOf(), 1000, 100_000],
    ['without a destination', null, 1000, 100_000],
  ])('are those %s, for the whole body', (_, destination, maxRows, maxBodyBytes) => {
    expect(limitsOf(destination)).toEqual({ maxRows, maxBytes: maxBodyBytes - frame });
  });

  it('leave room for the largest envelope, also of a replay', () => {
    const envelope = { type: 'import.records', number: 9_999_999, createdAt: clock.now() } as const;
    const replayOf = `dlv_${'z'.repeat(26)}`;
    const body = buildBody(
      { ...envelope, replayOf },
      { about, batches: 9_999_999, content: Buffer.from('{}') },
    );
    const bytes = Buffer.concat(body);
    expect(bytes.length).toBe(frame + 2);
    expect(JSON.parse(bytes.toString())).toMatchObject({ replayOf, data: { ...about, rows: [{}] } });
  });

  it('are at least one byte, so that each row goes alone', () => {
    const extra = 'x'.repeat(20_000);
    const template = { destination: destinationOf({ maxBatchBytes: 16_384 }) };
    expect(
      batchLimits(clock, { job: { bodyLimit: null }, template, about: { ...about, extra } }).maxBytes,
    ).toBe(1);
  });

  it('are at most what the receiver is known to accept, for a week', () => {
    const receiver = createHash('sha256').update('https://a.example/').digest('hex');
    const limit = (ageMs: number, changes: object = {}) => ({
      receiver,
      maxBytes: 30_000,
      learnedAt: new Date(clock.now().getTime() - ageMs),
      ...changes,
    });
    const bytesWith = (bodyLimit: object) => limitsOf(destinationOf(), bodyLimit).maxBytes + frame;
    expect(bytesWith(limit(0))).toBe(30_000);
    expect(bytesWith(limit(7 * DAY_MS - 1))).toBe(30_000);
    expect(bytesWith(limit(7 * DAY_MS))).toBe(100_000);
    expect(bytesWith(limit(0, { receiver: 'another' }))).toBe(100_000);
    expect(bytesWith(limit(0, { maxBytes: 500_000 }))).toBe(100_000);
  });
});
