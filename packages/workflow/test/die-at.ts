import { interceptOperations } from '@inlet/testing';
import type { Context } from '../src/index.js';

class Died extends Error {
  override readonly name = 'Died';
}

/**
 * Calls `act` with a context whose process dies before its `step`th operation. Resolves to true if `act` made fewer
 * operations than that.
 */
export async function dieAt(
  context: Context,
  step: number,
  act: (mortal: Context) => Promise<unknown>,
): Promise<boolean> {
  let steps = 0;
  const mortal = interceptOperations(context, async (name, proceed) => {
    steps += 1;
    if (steps >= step) throw new Died(`before ${name}, step ${step}`);
    return proceed();
  });
  try {
    await act(mortal);
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  }
  return steps < step;
}
