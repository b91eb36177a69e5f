import type { Context } from '../context.js';

/**
 * What `read` finds, without the deliveries of unfinished runs. Unfinished runs are few, but may have any number
 * of deliveries: so each round leaves out the runs that the last one found unfinished, and ends.
 */
export async function ofFinishedRuns<Found extends { readonly runId: string }>(
  { models }: Context,
  read: (notOf: readonly string[]) => Promise<Found[]>,
): Promise<Found[]> {
  const unfinished = new Set<string>();
  for (;;) {
    const found = await read([...unfinished]);
    const runIds = [...new Set(found.map(({ runId }) => runId))];
    const runs = await models.runs
      .find({ _id: { $in: runIds }, isUnfinished: true })
      .select({ _id: 1 })
      .lean();
    if (runs.length === 0) return found;
    for (const { _id } of runs) unfinished.add(_id);
  }
}
