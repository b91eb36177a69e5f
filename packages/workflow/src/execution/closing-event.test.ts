import {
  EVENT_TYPES,
  type EventType,
  NO_COUNTS,
  type RunOutcome,
  type TemplateInput,
} from '@inlet/contracts';
import { createIds, fakeClock, makeRun, makeTemplate } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import type { Context } from '../ports/context.js';
import type { RunEnding } from '../ports/model.js';
import { createClosingEvent } from './closing-event.js';

const ids = { newId: createIds() };
const clock = fakeClock();
const context = { now: clock.now } as Context;
const run = makeRun(ids, { attempt: 3 });
const counts = { ...NO_COUNTS, records: 25, batches: 3, batchesAcknowledged: 3 };
const error = { code: 'source_gone', title: 'Gone', help: 'Look for it.' };

const subscribedTo = (...events: EventType[]) => {
  const template = makeTemplate(ids);
  const destination = template.destination && { ...template.destination, events };
  return { ...template, destination };
};
const ending = (changes: Partial<RunEnding>): RunEnding => ({
  outcome: 'succeeded',
  counts,
  error: null,
  fetchState: null,
  retracts: 'none',
  mustPause: false,
  ...changes,
});
const ALL = subscribedTo(...EVENT_TYPES);

const eventOf = (changes: Partial<RunEnding>, template = ALL) =>
  createClosingEvent(context, { run, template, ending: ending(changes) });
const dataOf = (changes: Partial<RunEnding>) => JSON.parse(eventOf(changes)?.body.toString() ?? 'null');

describe('the closing event', () => {
  it.each<[RunOutcome, EventType]>([
    ['succeeded', 'import.completed'],
    ['succeeded_with_issues', 'import.completed'],
    ['failed', 'import.failed'],
    ['held', 'import.held'],
  ])('of a run that %s is %s', (outcome, type) => {
    expect(eventOf({ outcome } as Partial<RunEnding>)?.delivery.type).toBe(type);
  });

  it.each(['unchanged', 'cancelled', 'not_started'] as const)(
    'is not sent for a run that is %s',
    (outcome) => {
      expect(eventOf({ outcome })).toBeNull();
    },
  );

  it('describes the run as it was when it was created, with outcome and counts', () => {
    expect(dataOf({ outcome: 'succeeded_with_issues' })).toEqual({
      ...run.about,
      outcome: 'succeeded_with_issues',
      counts,
    });
  });

  it('describes a failure with its error', () => {
    expect(dataOf({ outcome: 'failed', error })).toEqual({ ...run.about, error, counts });
  });

  it('is due now, follows the batches, and has the id that was chosen with the run', () => {
    const created = eventOf({});
    expect(created).toMatchObject({
      expiresAt: null,
      delivery: {
        id: run.closingDeliveryId,
        runId: run.id,
        runAttempt: 3,
        number: 4,
        rows: 0,
        bytes: created?.body.length,
        status: 'pending',
        nextAttemptAt: clock.now(),
      },
    });
  });

  it('has the same bytes and the same id when a worker that takes over creates it again', () => {
    const [first, again] = [eventOf({}), eventOf({})];
    expect(again?.body).toEqual(first?.body);
    expect(again?.delivery.id).toBe(first?.delivery.id);
  });
});

describe('a destination', () => {
  it.each<[EventType, 'succeeded' | 'failed', boolean]>([
    ['import.completed', 'succeeded', true],
    ['import.completed', 'failed', false],
    ['import.failed', 'succeeded', false],
    ['import.failed', 'failed', true],
  ])('that subscribes to %s hears of a run that %s: %s', (type, outcome, isSent) => {
    expect(eventOf({ outcome }, subscribedTo('import.records', type)) !== null).toBe(isSent);
  });

  it('that was removed hears of no run', () => {
    const destination: TemplateInput['destination'] = null;
    expect(eventOf({}, { ...ALL, destination })).toBeNull();
    expect(eventOf({ outcome: 'failed', error }, { ...ALL, destination })).toBeNull();
  });
});
