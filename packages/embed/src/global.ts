import { createInlet } from './create-inlet.js';
import type { Inlet, InletOptions } from './options.js';
import { createScan } from './scan.js';

/** A call made before the script was loaded: method and arguments. `x` is set if the returned function was called. */
interface EarlyCall {
  0: keyof Inlet;
  1: ArrayLike<unknown> & { x?: number; off?: unknown };
}
type EarlyInit = [InletOptions, Partial<Inlet>, EarlyCall[]];

/** `window.Inlet` once the script is loaded. */
export interface InletGlobal {
  /** Creates a widget. `baseUrl` and `publishableKey` default to those of the script tag. */
  init(options: InletOptions): Inlet;
  /** Adds a widget to each element with `data-inlet-template` that has none yet. */
  scan(root?: ParentNode): void;
}

declare global {
  interface Window {
    /** Before the script is loaded, `q` may hold calls that wait for it. */
    Inlet?: Partial<InletGlobal> & { q?: EarlyInit[] };
  }
}

/** The server that served this script, as `/embed/inlet.js` or `/embed/1.2.3/inlet.js`, is the default `baseUrl`. */
const script = document.currentScript as HTMLScriptElement | null;
const defaults: Partial<InletOptions> = {
  ...(script?.src && { baseUrl: script.src.replace(/embed\/[^#?]*.*$/, '') }),
  ...(script?.dataset.inletKey && { publishableKey: script.dataset.inletKey }),
};

const scan = createScan(defaults);
const init = (options: InletOptions): Inlet => createInlet({ ...defaults, ...options });
const early = window.Inlet?.q ?? [];
window.Inlet = { init, scan } satisfies InletGlobal;

for (const [options, handle, calls] of early) {
  const inlet = init(options);
  Object.assign(handle, inlet);
  for (const [method, args] of calls as unknown as [keyof Inlet, EarlyCall[1]][])
    if (!args.x) args.off = (inlet[method] as (...values: unknown[]) => unknown)(...Array.from(args));
}
if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => scan());
else scan();
