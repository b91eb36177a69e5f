import { replay } from '../ingest/replay.js';

/**
 * Bytes whose beginning can be read twice: `head` gives them and remembers what it gave, `all` gives what was
 * remembered and then the rest. `head` must have ended or been left before `all` begins.
 */
export function rewindable(bytes: AsyncIterable<Uint8Array>): {
  head: AsyncIterable<Uint8Array>;
  all: AsyncIterable<Uint8Array>;
} {
  const rest = bytes[Symbol.asyncIterator]();
  const remembered: Uint8Array[] = [];
  async function* head() {
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      remembered.push(next.value);
      yield next.value;
    }
  }
  return { head: head(), all: replay(remembered, rest) };
}
