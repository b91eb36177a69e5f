import type { RunCounts } from '@inlet/contracts';
import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const replaceCounts =
  ({ models }: Context): RunStore['replaceCounts'] =>
  async (projectId, runId, { from, to }) => {
    const filter = { _id: runId, projectId, ...countFields(from) };
    const { matchedCount } = await models.runs.updateOne(filter, { $set: countFields(to) });
    return matchedCount === 1;
  };

const countFields = (counts: RunCounts): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`counts.${name}`, count]));
