/** A cell of the grid: position of its row in the view, and of its column. */
export interface CellAt {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells between two corners. `active` has the focus. */
export interface CellBlock {
  readonly active: CellAt;
  readonly anchor: CellAt;
}

export interface BlockEdges {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Whole rows that are visible. */
  readonly pageRows: number;
}

interface MoveKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

export const blockOf = (cell: CellAt): CellBlock => ({ active: cell, anchor: cell });

export const edgesOf = ({ active, anchor }: CellBlock): BlockEdges => ({
  top: Math.min(active.row, anchor.row),
  bottom: Math.max(active.row, anchor.row),
  left: Math.min(active.column, anchor.column),
  right: Math.max(active.column, anchor.column),
});

const isWithin = (value: number, count: number) => Math.min(Math.max(0, value), Math.max(0, count - 1));

/**
 * Moves as the grid pattern of ARIA says; null if the key does not move. `direction` swaps left and right for
 * right-to-left languages.
 */
export function moveBlock(
  block: CellBlock,
  key: MoveKey,
  { size, direction }: { size: GridSize; direction: 'ltr' | 'rtl' },
): CellBlock | null {
  const to = target(block.active, key, { size, direction });
  if (to === null) return null;
  const cell = { row: isWithin(to.row, size.rows), column: isWithin(to.column, size.columns) };
  return key.shiftKey ? { ...block, active: cell } : blockOf(cell);
}

function target(
  { row, column }: CellAt,
  { key, ctrlKey, metaKey }: MoveKey,
  { size, direction }: { size: GridSize; direction: 'ltr' | 'rtl' },
): CellAt | null {
  const isFar = ctrlKey || metaKey;
  const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const back = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
  const last = { row: size.rows - 1, column: size.columns - 1 };
  switch (key) {
    case 'ArrowDown':
      return { row: isFar ? last.row : row + 1, column };
    case 'ArrowUp':
      return { row: isFar ? 0 : row - 1, column };
    case forward:
      return { row, column: isFar ? last.column : column + 1 };
    case back:
      return { row, column: isFar ? 0 : column - 1 };
    case 'PageDown':
      return { row: row + size.pageRows, column };
    case 'PageUp':
      return { row: row - size.pageRows, column };
    case 'Home':
      return { row: isFar ? 0 : row, column: 0 };
    case 'End':
      return { row: isFar ? last.row : row, column: last.column };
    default:
      return null;
  }
}
