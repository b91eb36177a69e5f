import {
  createInlet,
  type Inlet,
  type InletEventName,
  type InletEvents,
  type InletOptions,
  type OpenOptions,
} from '@inlet/embed';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** One optional callback for each event: `onJobCreated`, `onError` and so on. */
export type InletCallbacks = {
  readonly [Name in InletEventName as `on${Capitalize<Name>}`]?: (data: InletEvents[Name]) => void;
};

export type UseInletOptions = Omit<InletOptions, 'mode' | 'container'> & {
  readonly baseUrl: string;
} & InletCallbacks;

export interface UseInlet {
  /** False on the server and until the page runs; `open` does nothing before. */
  readonly isReady: boolean;
  readonly open: (options?: OpenOptions) => void;
  readonly close: () => void;
}

/**
 * A widget that opens over the page. Options and callbacks may be new objects on every render: the widget is made
 * again only when `baseUrl` or `publishableKey` changes, and takes the other options when it opens next.
 */
export function useInlet(options: UseInletOptions): UseInlet {
  const inlet = useInletInstance(options, null);
  const [isReady, setIsReady] = useState(false);
  useEffect(() => setIsReady(true), []);
  return {
    isReady,
    open: useCallback((how?: OpenOptions) => inlet.current?.open(how), [inlet]),
    close: useCallback(() => inlet.current?.close(), [inlet]),
  };
}

/** @param place where the widget shows inline; null for one that opens over the page */
export function useInletInstance(
  options: UseInletOptions,
  place: { readonly current: Element | null } | null,
): { readonly current: Inlet | null } {
  const inlet = useRef<Inlet | null>(null);
  const latest = useRef(options);
  // On the server there is nothing to lay out, and React 18 would warn.
  const useSyncEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;
  useSyncEffect(() => {
    latest.current = options;
    inlet.current?.update(toInletOptions(options, () => latest.current));
  });

  const { baseUrl, publishableKey } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: everything else reaches the widget through `latest`.
  useEffect(() => {
    const container = place?.current;
    const made = createInlet({
      ...toInletOptions(latest.current, () => latest.current),
      ...(container && { mode: 'inline', container }),
    });
    for (const name of EVENT_NAMES) made.on(name, (data) => callbackOf(latest.current, name)?.(data));
    inlet.current = made;
    return () => {
      inlet.current = null;
      made.destroy();
    };
  }, [baseUrl, publishableKey]);
  return inlet;
}

const EVENT_NAMES = [
  'ready',
  'open',
  'close',
  'jobCreated',
  'jobUpdated',
  'uploadStarted',
  'uploadCompleted',
  'error',
] as const satisfies InletEventName[];

function callbackOf<Name extends InletEventName>(
  options: InletCallbacks,
  name: Name,
): ((data: InletEvents[Name]) => void) | undefined {
  const callbacks: Readonly<Record<string, unknown>> = options;
  const callback = callbacks[`on${name.charAt(0).toUpperCase()}${name.slice(1)}`];
  return typeof callback === 'function' ? (data) => callback(data) : undefined;
}

/** A token function is asked through the latest render, so that it never signs for a user of the past. */
function toInletOptions(options: UseInletOptions, latest: () => UseInletOptions): InletOptions {
  const known = Object.entries(options).filter(([name]) => !/^on[A-Z]/.test(name));
  const isFunction = typeof options.userToken === 'function';
  const userToken = () => {
    const { userToken: now } = latest();
    return typeof now === 'function' ? now() : (now ?? null);
  };
  return { ...(Object.fromEntries(known) as unknown as InletOptions), ...(isFunction && { userToken }) };
}
