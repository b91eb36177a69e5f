'use client';

import {
  createInlet,
  type Inlet,
  type InletEventName,
  type InletEvents,
  type InletOptions,
  type OpenOptions,
  type RowsHandler,
} from '@inlet/embed';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** One optional callback for each event: `onJobCreated`, `onError` and so on. */
export type InletCallbacks = {
  readonly [Name in InletEventName as `on${Capitalize<Name>}`]?: (data: InletEvents[Name]) => void;
} & {
  /** Takes the rows of uploads if the destination of the template is of kind `frontend`. */
  readonly onRows?: RowsHandler;
};

export type UseInletOptions = Omit<InletOptions, 'mode' | 'container'> & {
  /** Address of the Inlet server. Required. */
  readonly baseUrl: string | undefined;
} & InletCallbacks;

export interface UseInlet {
  /**
   * false on the server, until the component is mounted in the browser, and if a required option is missing (the
   * console says which). As long as it is false, `open` does nothing.
   */
  readonly isReady: boolean;
  readonly open: (options?: OpenOptions) => void;
  readonly close: () => void;
}

/**
 * Creates a widget that opens over the page. Options and callbacks may be new objects in every render: the widget is only
 * created again if `baseUrl` or `publishableKey` changes, and uses the other options when it opens the next time.
 */
export function useInlet(options: UseInletOptions): UseInlet {
  const inlet = useInletInstance(options, null);
  const [isReady, setIsReady] = useState(false);
  const { baseUrl, publishableKey, templateId } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these options decide whether there is a widget.
  useEffect(() => setIsReady(inlet.current !== null), [inlet, baseUrl, publishableKey, templateId]);
  return {
    isReady,
    open: useCallback((how?: OpenOptions) => inlet.current?.open(how), [inlet]),
    close: useCallback(() => inlet.current?.close(), [inlet]),
  };
}

/** @param containerRef element that an inline widget fills; null for a widget that opens over the page */
export function useInletInstance(
  options: UseInletOptions,
  containerRef: { readonly current: Element | null } | null,
): { readonly current: Inlet | null } {
  const { baseUrl, publishableKey, templateId } = options;
  const isComplete = Boolean(baseUrl && publishableKey && templateId);
  const inlet = useRef<Inlet | null>(null);
  const latest = useRef(options);
  // React 18 warns about layout effects on the server.
  const useSyncEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;
  useSyncEffect(() => {
    latest.current = options;
    if (isComplete) inlet.current?.update(toInletOptions(options, () => latest.current));
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: everything else reaches the widget through `latest`.
  useEffect(() => {
    const container = containerRef?.current;
    const made = tryCreateInlet({
      ...toInletOptions(latest.current, () => latest.current),
      ...(container && { mode: 'inline', container }),
    });
    if (!made) return;
    for (const name of EVENT_NAMES) made.on(name, (data) => callbackOf(latest.current, name)?.(data));
    made.on('rows', (batch) => {
      const { onRows } = latest.current;
      if (!onRows) throw new Error('This page has no callback onRows.');
      return onRows(batch);
    });
    inlet.current = made;
    return () => {
      inlet.current = null;
      made.destroy();
    };
  }, [baseUrl, publishableKey, isComplete]);
  return inlet;
}

/** A missing option is a mistake in the host's code that must not take the whole page down. */
function tryCreateInlet(options: InletOptions): Inlet | null {
  try {
    return createInlet(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return null;
  }
}

const EVENT_NAMES = [
  'ready',
  'open',
  'close',
  'jobCreated',
  'jobUpdated',
  'uploadStarted',
  'uploadCompleted',
  'rowsSubmitted',
  'importCompleted',
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

/** Calls the token function of the latest render, so that it never signs for the user of an earlier one. */
function toInletOptions(options: UseInletOptions, latest: () => UseInletOptions): InletOptions {
  const known = Object.entries(options).filter(([name]) => !/^on[A-Z]/.test(name));
  const isFunction = typeof options.userToken === 'function';
  const userToken = () => {
    const { userToken: now } = latest();
    return typeof now === 'function' ? now() : (now ?? null);
  };
  return { ...(Object.fromEntries(known) as unknown as InletOptions), ...(isFunction && { userToken }) };
}
