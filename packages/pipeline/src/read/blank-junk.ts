/** Turns the first bytes of a stream into spaces, line breaks excepted, so that positions in the rest stay true. */
export async function* blankJunk(
  chunks: AsyncIterable<Buffer>,
  junkBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let left = junkBytes;
  for await (const chunk of chunks) {
    if (left === 0) {
      yield chunk;
      continue;
    }
    const blanked = Buffer.from(chunk);
    const end = Math.min(left, chunk.length);
    for (let at = 0; at < end; at += 1) if (blanked[at] !== 10) blanked[at] = 32;
    left -= end;
    yield blanked;
  }
}
