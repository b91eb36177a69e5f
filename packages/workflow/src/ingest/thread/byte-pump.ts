import { createBell, ownMemory, type ToThread } from './thread-messages.js';

/** Bytes that are posted at a time, and the number of groups that the thread may be behind. */
const GROUP_BYTES = 524_288;
const GROUPS_AHEAD = 2;

/** Posts the bytes of a source to a thread, no faster than it reads them. */
export interface BytePump {
  /** The thread has read a group. */
  allowGroup(): void;
  stop(): void;
  /** The error of the source, if it failed. */
  readonly error: unknown;
}

export type PostToThread = (message: ToThread, memory?: ArrayBuffer[]) => void;

export function startBytePump(bytes: AsyncIterable<Uint8Array>, post: PostToThread): BytePump {
  let groups = GROUPS_AHEAD;
  let isStopped = false;
  let error: unknown;
  const changed = createBell();

  const postGroup = async (chunks: Uint8Array<ArrayBuffer>[]) => {
    if (chunks.length === 0) return;
    while (groups === 0 && !isStopped) await changed.rings();
    groups -= 1;
    if (!isStopped)
      post(
        { kind: 'bytes', chunks },
        chunks.map(({ buffer }) => buffer),
      );
  };
  /** A pump that was stopped posts nothing: the bytes of another page may be on their way. */
  const postEnd = async (rest: Uint8Array<ArrayBuffer>[], message: ToThread) => {
    await postGroup(rest);
    if (!isStopped) post(message);
  };
  const pump = async () => {
    const group: Uint8Array<ArrayBuffer>[] = [];
    try {
      for await (const chunk of bytes) {
        group.push(ownMemory(chunk));
        if (sizeOf(group) >= GROUP_BYTES) await postGroup(group.splice(0));
        if (isStopped) return;
      }
    } catch (thrown) {
      error = thrown;
      await postEnd(group, { kind: 'source_failed' });
      return;
    }
    await postEnd(group, { kind: 'end' });
  };
  void pump();
  return {
    allowGroup() {
      groups += 1;
      changed.ring();
    },
    stop() {
      isStopped = true;
      changed.ring();
    },
    get error() {
      return error;
    },
  };
}

const sizeOf = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, { length }) => sum + length, 0);
