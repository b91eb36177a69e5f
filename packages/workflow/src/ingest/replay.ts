/** What was taken from a source already, then the rest of it. Whoever leaves early closes the source. */
export async function* replay(
  taken: Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  /** What was asked for already and has not come yet. */
  pending?: Promise<IteratorResult<Uint8Array>>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    while (taken.length > 0) yield taken.shift()!;
    for (let next = await (pending ?? rest.next()); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
