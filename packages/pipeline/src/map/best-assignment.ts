/** A possible pair with its score, greater than 0. */
export interface Edge {
  readonly row: number;
  readonly column: number;
  readonly score: number;
}

/**
 * Chooses pairs so that no row and no column is used twice and the sum of scores is greatest. Rows and columns may stay
 * unpaired. Solves each connected group of edges separately by the Hungarian algorithm with potentials and shortest
 * augmenting paths (Kuhn 1955, Jonker and Volgenant 1987), O(rows² × columns) per group.
 */
export function bestAssignment<E extends Edge>(edges: readonly E[]): E[] {
  return groupEdges(edges).flatMap(solveGroup);
}

/** Connected components, by union-find over the rows. */
function groupEdges<E extends Edge>(edges: readonly E[]): E[][] {
  const parent = new Map<number, number>();
  const find = (row: number): number => {
    let root = row;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root))
      root = next;
    parent.set(row, root);
    return root;
  };
  const rowOfColumn = new Map<number, number>();
  for (const { row, column } of edges) {
    const other = rowOfColumn.get(column);
    if (other === undefined) rowOfColumn.set(column, row);
    else parent.set(find(other), find(row));
  }
  const groups = new Map<number, E[]>();
  for (const edge of edges) {
    const root = find(edge.row);
    const group = groups.get(root);
    if (group) group.push(edge);
    else groups.set(root, [edge]);
  }
  return [...groups.values()];
}

function solveGroup<E extends Edge>(edges: readonly E[]): E[] {
  if (edges.length === 1) return [...edges];
  const rows = [...new Set(edges.map(({ row }) => row))];
  const columns = [...new Set(edges.map(({ column }) => column))];
  const rowIndex = new Map(rows.map((row, index) => [row, index]));
  const columnIndex = new Map(columns.map((column, index) => [column, index]));
  // One extra column per row, so that every row can stay unpaired without gain.
  const width = columns.length + rows.length;
  const gain = rows.map(() => new Float64Array(width));
  for (const { row, column, score } of edges) {
    const scores = gain[rowIndex.get(row) ?? 0];
    if (scores) scores[columnIndex.get(column) ?? 0] = score;
  }
  const chosen = assignRows(gain, width);
  return edges.filter(({ row, column }) => {
    const index = rowIndex.get(row);
    return index !== undefined && chosen[index] === columnIndex.get(column);
  });
}

/** Assigns a column to each row so that the sum of gains is greatest. Needs at least as many columns as rows. */
function assignRows(gain: readonly Float64Array[], width: number): number[] {
  const rowPrice = new Float64Array(gain.length + 1);
  const columnPrice = new Float64Array(width + 1);
  /** Row of each column, from 1; 0 is free. Column 0 holds the row that is being assigned. */
  const rowAt = new Int32Array(width + 1);
  const cameFrom = new Int32Array(width + 1);
  for (let row = 1; row <= gain.length; row++) {
    rowAt[0] = row;
    const shortest = new Float64Array(width + 1).fill(Number.POSITIVE_INFINITY);
    const isDone = new Uint8Array(width + 1);
    let at = 0;
    while (at === 0 || rowAt[at] !== 0) {
      isDone[at] = 1;
      const from = rowAt[at] ?? 0;
      const gains = gain[from - 1];
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let column = 1; column <= width; column++) {
        if (isDone[column]) continue;
        const cost = -(gains?.[column - 1] ?? 0) - (rowPrice[from] ?? 0) - (columnPrice[column] ?? 0);
        if (cost < (shortest[column] ?? 0)) {
          shortest[column] = cost;
          cameFrom[column] = at;
        }
        const distance = shortest[column] ?? 0;
        if (distance < step) {
          step = distance;
          next = column;
        }
      }
      for (let column = 0; column <= width; column++) {
        if (isDone[column]) {
          const placed = rowAt[column] ?? 0;
          rowPrice[placed] = (rowPrice[placed] ?? 0) + step;
          columnPrice[column] = (columnPrice[column] ?? 0) - step;
        } else shortest[column] = (shortest[column] ?? 0) - step;
      }
      at = next;
    }
    while (at !== 0) {
      const before = cameFrom[at] ?? 0;
      rowAt[at] = rowAt[before] ?? 0;
      at = before;
    }
  }
  const columnOf = new Array<number>(gain.length).fill(-1);
  for (let column = 1; column <= width; column++) {
    const row = rowAt[column] ?? 0;
    if (row > 0) columnOf[row - 1] = column - 1;
  }
  return columnOf;
}
