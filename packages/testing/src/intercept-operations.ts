import type { Context } from '@inlet/workflow';

/** Called instead of an operation, such as `runs.update` or `queue.setTick`; `proceed` carries it out. */
export type Interceptor = (
  name: string,
  proceed: () => Promise<unknown>,
  args: readonly unknown[],
) => Promise<unknown>;

type Operation = (...args: unknown[]) => Promise<unknown>;

/** A context whose store and queue pass each operation to `intercept`: to stop, delay, count or repeat it. */
export function interceptOperations(context: Context, intercept: Interceptor): Context {
  const wrap = <Part extends object>(part: Part, name: string): Part =>
    new Proxy(part, {
      get: (target, key) => {
        const operation = Reflect.get(target, key) as Operation;
        const call = (args: readonly unknown[]) =>
          intercept(`${name}.${String(key)}`, async () => Reflect.apply(operation, target, args), args);
        return /^(stream|read$)/.test(String(key))
          ? (...args: unknown[]) => streamOf(() => call(args))
          : (...args: unknown[]) => call(args);
      },
    });
  const { store, queue } = context;
  return {
    ...context,
    store: {
      projects: wrap(store.projects, 'projects'),
      templates: wrap(store.templates, 'templates'),
      jobs: wrap(store.jobs, 'jobs'),
      runs: wrap(store.runs, 'runs'),
      issues: wrap(store.issues, 'issues'),
      deliveries: wrap(store.deliveries, 'deliveries'),
      itemStates: wrap(store.itemStates, 'itemStates'),
      uploads: wrap(store.uploads, 'uploads'),
      files: wrap(store.files, 'files'),
      sheets: wrap(store.sheets, 'sheets'),
      fileMemories: wrap(store.fileMemories, 'fileMemories'),
      erasures: wrap(store.erasures, 'erasures'),
      idempotency: wrap(store.idempotency, 'idempotency'),
      ping: () => store.ping(),
    },
    queue: wrap(queue, 'queue'),
  };
}

/** Operations named `stream...` or `read` return an iterable: each is passed on when its first item is read. */
async function* streamOf(open: () => Promise<unknown>): AsyncGenerator<unknown> {
  yield* (await open()) as AsyncIterable<unknown>;
}
