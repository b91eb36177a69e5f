import { webhookEventSchema } from '@inlet/contracts';
import { seededRandom } from '@inlet/testing';
import { expect, test } from 'vitest';
import { MOMENTS, type Moment, type Round, startCrashLane } from './crash-lane.js';

const LANES = 4;
const ROUNDS_EACH = 3;
const SEED = 20_261_120;

/** All rounds, some beside each other: each spends most of its time waiting for a lease to pass. */
async function playAll(): Promise<readonly Round[]> {
  const lane = async (number: number): Promise<Round[]> => {
    const { play, close } = await startCrashLane({ random: seededRandom(SEED + number) });
    try {
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS_EACH; round += 1)
        rounds.push(await play(momentOf(number * ROUNDS_EACH + round)));
      return rounds;
    } finally {
      await close();
    }
  };
  return (await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))).flat();
}

const momentOf = (round: number): Moment => MOMENTS[round % MOMENTS.length] ?? 'reading';
const eventsOf = ({ requests }: Round) =>
  requests.map(({ headers, json, rawBody }) => ({
    id: String(headers['webhook-id']),
    event: webhookEventSchema.parse(json),
    body: rawBody.toString('latin1'),
  }));

test('a server that is killed at any moment loses no row, and sends none under two ids', {
  timeout: 600_000,
}, async () => {
  const rounds = await playAll();
  for (const round of rounds) {
    const { moment, seen, left, run, titles, next } = round;
    const bodies = new Map<string, Set<string>>();
    const idsOfRow = new Map<string, Set<string>>();
    const closing = new Set<string>();
    for (const { id, event, body } of eventsOf(round)) {
      add(bodies, id, body);
      if (event.type === 'import.records')
        for (const { values } of event.data.rows) add(idsOfRow, String(values?.title), id);
      else closing.add(`${event.type} ${id}`);
    }
    const where = `killed ${JSON.stringify({ moment, seen, left })}`;
    expect([...idsOfRow.keys()].toSorted(), where).toEqual(titles.toSorted());
    expect(
      [...bodies].filter(([, different]) => different.size > 1).map(([id]) => id),
      where,
    ).toEqual([]);
    expect(
      [...idsOfRow].filter(([, ids]) => ids.size > 1),
      where,
    ).toEqual([]);
    expect([...closing], where).toEqual([expect.stringMatching(/^import\.completed /)]);
    expect(run, where).toMatchObject({
      outcome: 'succeeded',
      counts: { records: titles.length, batchesFailed: 0, rowsAcknowledged: titles.length },
    });
    expect(next, where).toMatchObject({ outcome: 'unchanged', counts: { unchanged: titles.length } });
  }
  // Every step was hit, most of them twice.
  expect(rounds).toHaveLength(LANES * ROUNDS_EACH);
  expect(Object.fromEntries(rounds.map(({ moment, seen }) => [moment, seen.phase]))).toEqual({
    reading: 'ingest',
    staging: 'ingest',
    releasing: 'ingest',
    // `deliver` is stored with the next renewal of the lease, up to a second after `release`.
    delivering: expect.stringMatching(/^(release|deliver)$/),
    finishing: expect.stringMatching(/^(release|deliver)$/),
    closing: 'done',
  });
});

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(value));
}
