import { sendQueuedDelivery } from '../outbox/queued-delivery.js';
import type { Context } from '../ports/context.js';
import type { WorkHandlers } from '../ports/queue.js';
import { continueRun } from './continue-run.js';
import { createTimeCorrection } from './correct-times.js';
import { handleTick } from './handle-tick.js';
import { maintain } from './maintain.js';
import { createRunSlots } from './run-slots.js';

/** Handlers for all work that a worker takes from the queue. */
export function createWorkHandlers(context: Context): WorkHandlers {
  const { concurrency: total, concurrencyPerSite: perSite } = context.settings;
  const slots = createRunSlots({ total, perSite });
  const times = createTimeCorrection(context);
  return {
    tick: (work, options) => {
      times.noteTime();
      return handleTick(context, work, { ...options, slots });
    },
    run: (work, options) => {
      times.noteTime();
      return continueRun(context, work, { ...options, slots });
    },
    delivery: (work, options) => {
      times.noteTime();
      return sendQueuedDelivery(context, work, options);
    },
    maintain: (options) => maintain(context, { ...options, times }),
  };
}
