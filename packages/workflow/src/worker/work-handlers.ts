import { sendOneDelivery } from '../outbox/queued-delivery.js';
import type { Context } from '../ports/context.js';
import type { WorkHandlers } from '../ports/queue.js';
import { continueRun } from './continue-run.js';
import { tick } from './handle-tick.js';
import { maintain } from './maintain.js';
import { createRunSlots } from './run-slots.js';

/** What a worker does with the work that it takes from the queue. */
export function workHandlers(context: Context): WorkHandlers {
  const { concurrency: total, concurrencyPerSite: perSite } = context.settings;
  const slots = createRunSlots({ total, perSite });
  return {
    tick: (work, options) => tick(context, { work, slots, options }),
    run: (work, options) => continueRun(context, { work, slots, options }),
    delivery: (work, options) => sendOneDelivery(context, { work, options }),
    maintain: (options) => maintain(context, options),
  };
}
