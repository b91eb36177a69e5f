import type { Context } from '../ports/context.js';
import { type Delivery, type Run, runRef } from '../ports/model.js';

const PAGE = 200;

/** All deliveries that a run has now, in order. */
export async function* listAllDeliveries(
  context: Pick<Context, 'store'>,
  run: Run,
): AsyncGenerator<Delivery> {
  for (let cursor: string | undefined; ; ) {
    const page = await context.store.deliveries.listOfRun(runRef(run), { limit: PAGE, cursor });
    yield* page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
