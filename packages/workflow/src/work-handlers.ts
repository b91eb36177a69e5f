import type { WorkHandlers } from './ports/queue.js';
import type { World } from './ports/world.js';
import { continueRun } from './work/continue-run.js';
import { maintain } from './work/maintain.js';
import { createRunSlots } from './work/run-slots.js';
import { sendOneDelivery } from './work/send-delivery.js';
import { tick } from './work/tick.js';

/** What a worker does with the work that it takes from the queue. */
export function workHandlers(world: World): WorkHandlers {
  const { concurrency: total, concurrencyPerSite: perSite } = world.settings;
  const slots = createRunSlots({ total, perSite });
  return {
    tick: (work, context) => tick(world, { work, slots, context }),
    run: (work, context) => continueRun(world, { work, slots, context }),
    delivery: (work, context) => sendOneDelivery(world, { work, context }),
    maintain: (context) => maintain(world, context),
  };
}
