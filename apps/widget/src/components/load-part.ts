import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

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

/** A component whose code is loaded when it is shown first. */
export const lazyPart = <Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> => lazy(async () => ({ default: await loadPart(load) }));
