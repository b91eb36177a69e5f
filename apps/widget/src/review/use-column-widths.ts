import { useState } from 'react';
import { LEAST_WIDTH } from './column-layout.js';

/** Widths that a person has chosen, by column key. */
export type ColumnWidths = Readonly<Record<string, number>>;

interface KeptWidths {
  readonly uploadId: string;
  readonly widths: ColumnWidths;
}

const KEY = 'inlet:column-widths';

/** The chosen widths of the columns. Those of the upload that was used last are there again after a reload. */
export function useColumnWidths(uploadId: string): {
  readonly widths: ColumnWidths;
  readonly setWidth: (column: string, width: number) => void;
} {
  const [kept, setKept] = useState<KeptWidths>(recallWidths);
  const widths = kept.uploadId === uploadId ? kept.widths : {};
  return {
    widths,
    setWidth: (column, width) => {
      const next = { uploadId, widths: { ...widths, [column]: Math.max(LEAST_WIDTH, Math.round(width)) } };
      setKept(next);
      keepWidths(next);
    },
  };
}

function keepWidths(kept: KeptWidths): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage is full or closed to frames: a reload brings the usual widths.
  }
}

function recallWidths(): KeptWidths {
  const none = { uploadId: '', widths: {} };
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? 'null') as KeptWidths | null) ?? none;
  } catch {
    return none;
  }
}
