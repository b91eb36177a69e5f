import { type ComponentType, createElement, type FunctionComponent, lazy, useState } from 'react';

/** Waiting times before the second and third attempt, in milliseconds. */
const DELAYS_MS = [400, 1600];

/** A part of the widget's code that could not be loaded. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing';
}

/** Loads a module of the widget, again after each wait. @throws PartMissing after the last attempt */
export async function loadPart<Module>(
  load: () => Promise<Module>,
  [delayMs, ...laterMs]: readonly number[] = DELAYS_MS,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if (delayMs === undefined) throw new PartMissing(String(cause), { cause });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return loadPart(againAfter(cause, { load, attempt: laterMs.length }), laterMs);
  }
}

interface FailedLoad<Module> {
  readonly load: () => Promise<Module>;
  readonly attempt: number;
}

/**
 * Browsers remember the address of a module that could not be loaded, and do not ask for it again: the next attempt has
 * another address, if the error names it.
 */
function againAfter<Module>(cause: unknown, { load, attempt }: FailedLoad<Module>): () => Promise<Module> {
  const [address] = /https?:\/\/[^\s?]+\.js/.exec(String(cause)) ?? [];
  return address === undefined ? load : () => import(/* @vite-ignore */ `${address}?again=${attempt}`);
}

export interface LazyPart<Props> extends FunctionComponent<Props> {
  /** Loads the code ahead, so that the component is shown without a wait. Tries once. */
  readonly preload: () => Promise<void>;
}

/**
 * A component of a module that is loaded ahead, or when it is shown first. Loaded code is shown at once: React shows the
 * placeholder of a lazy component for 300 ms, however soon its code is there.
 */
export function lazyPart<Module, Props extends object>(
  load: () => Promise<Module>,
  choose: (module: Module) => ComponentType<Props>,
): LazyPart<Props> {
  let loaded: ComponentType<Props> | undefined;
  const preload = async () => {
    loaded ??= choose(await load());
  };
  const Lazy: ComponentType<Props> = lazy(async () => {
    loaded ??= choose(await loadPart(load));
    return { default: loaded };
  });
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, when its module is loaded.
  const Part = (props: Props) => {
    const [Shown] = useState(() => loaded ?? Lazy);
    return createElement(Shown, props);
  };
  return Object.assign(Part, { preload });
}
