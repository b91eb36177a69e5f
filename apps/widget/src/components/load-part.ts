import { type ComponentType, createElement, type FunctionComponent, lazy, useState } from 'react';

/** Waiting times before the second and third attempt, in milliseconds. */
const DELAYS_MS = [400, 1600];

/** A part of the widget's code that could not be loaded. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing';
}

/** Loads a part of the code, again after each wait. @throws PartMissing after the last attempt */
export async function loadPart<Part>(
  load: () => Promise<Part>,
  [delayMs, ...laterMs]: readonly number[] = DELAYS_MS,
): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    if (delayMs === undefined) throw new PartMissing(String(cause), { cause });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return loadPart(load, laterMs);
  }
}

export interface LazyPart<Props> extends FunctionComponent<Props> {
  /** Loads the code ahead, so that the component is shown without a wait. @throws PartMissing */
  readonly preload: () => Promise<unknown>;
}

/**
 * A component whose code is loaded ahead, or when it is shown first. Loaded code is shown at once: React keeps what
 * stands in for a lazy component for 300 ms, however soon its code is there.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  let loaded: ComponentType<Props> | undefined;
  const preload = async () => {
    loaded ??= await loadPart(load);
    return { default: loaded };
  };
  const Lazy: ComponentType<Props> = lazy(preload);
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, when its module is loaded.
  const Part = (props: Props) => {
    const [Shown] = useState(() => loaded ?? Lazy);
    return createElement(Shown, props);
  };
  return Object.assign(Part, { preload });
}
