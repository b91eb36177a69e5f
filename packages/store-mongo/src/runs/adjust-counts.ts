import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const adjustCounts =
  ({ models }: Context): RunStore['adjustCounts'] =>
  async (projectId, runId, delta) => {
    await models.runs.updateOne(
      { _id: runId, projectId },
      {
        $inc: {
          'counts.batchesAcknowledged': delta.batchesAcknowledged,
          'counts.batchesFailed': delta.batchesFailed,
          'counts.rowsAcknowledged': delta.rowsAcknowledged,
          'counts.rowsRejected': delta.rowsRejected,
          'counts.issues': delta.issues,
        },
      },
    );
  };
