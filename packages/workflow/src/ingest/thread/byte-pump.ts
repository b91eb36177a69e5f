import { createBell } from './create-bell.js';
import { ownMemory } from './own-memory.js';
import type { ToThread } from './thread-messages.js';

/** Bytes that are handed over at a time, and how often before the thread has to ask for more. */
const GROUP_BYTES = 524_288;
const GROUPS_AHEAD = 2;

/** Hands the bytes of a source over to a thread, no faster than it takes them. */
export interface BytePump {
  /** The thread took a group up. */
  more(): void;
  stop(): void;
  /** What the source threw. */
  readonly fault: unknown;
}

export function startBytePump(
  bytes: AsyncIterable<Uint8Array>,
  post: (message: ToThread, memory?: ArrayBuffer[]) => void,
): BytePump {
  let groups = GROUPS_AHEAD;
  let isStopped = false;
  let fault: unknown;
  const changed = createBell();

  const hand = async (chunks: Uint8Array<ArrayBuffer>[]) => {
    if (chunks.length === 0) return;
    while (groups === 0 && !isStopped) await changed.rings();
    groups -= 1;
    if (!isStopped)
      post(
        { kind: 'bytes', chunks },
        chunks.map(({ buffer }) => buffer),
      );
  };
  const pump = async () => {
    const group: Uint8Array<ArrayBuffer>[] = [];
    try {
      for await (const chunk of bytes) {
        group.push(ownMemory(chunk));
        if (sizeOf(group) >= GROUP_BYTES) await hand(group.splice(0));
        if (isStopped) return;
      }
    } catch (error) {
      fault = error;
      await hand(group);
      post({ kind: 'fault' });
      return;
    }
    await hand(group);
    post({ kind: 'end' });
  };
  void pump();
  return {
    more() {
      groups += 1;
      changed.ring();
    },
    stop() {
      isStopped = true;
      changed.ring();
    },
    get fault() {
      return fault;
    },
  };
}

const sizeOf = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, { length }) => sum + length, 0);
