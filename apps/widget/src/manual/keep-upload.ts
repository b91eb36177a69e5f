import type { Drawer } from '../wizard/keep.js';

interface KeptUpload {
  readonly drawer: Drawer;
  readonly key: string;
}

/** Remembers which upload goes on after a reload; null forgets it. */
export function keepUpload(uploadId: string | null, { drawer, key }: KeptUpload): void {
  try {
    if (uploadId === null) drawer.removeItem(`${key}:upload`);
    else drawer.setItem(`${key}:upload`, uploadId);
  } catch {
    // Storage is full or closed to frames: the list of unfinished uploads has it too.
  }
}

/** The upload that goes on; null if there is none. */
export function recallUpload({ drawer, key }: KeptUpload): string | null {
  try {
    return drawer.getItem(`${key}:upload`);
  } catch {
    return null;
  }
}
