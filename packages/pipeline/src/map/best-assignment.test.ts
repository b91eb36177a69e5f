import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestAssignment, type Edge } from './best-assignment.js';

const total = (edges: readonly Edge[]): number => edges.reduce((sum, { score }) => sum + score, 0);

/** By trying everything. */
function bestTotal(edges: readonly Edge[]): number {
  const [first, ...rest] = edges;
  if (!first) return 0;
  const compatible = rest.filter(({ row, column }) => row !== first.row && column !== first.column);
  return Math.max(bestTotal(rest), first.score + bestTotal(compatible));
}

const someEdges = fc
  .uniqueArray(fc.tuple(fc.nat(5), fc.nat(5), fc.integer({ min: 1, max: 100 })), {
    maxLength: 14,
    selector: ([row, column]) => `${row}:${column}`,
  })
  .map((list) => list.map(([row, column, score]): Edge => ({ row: row * 7, column: column * 11, score })));

describe('bestAssignment', () => {
  it('prefers a better total to the best single pair', () => {
    const edges = [
      { row: 0, column: 0, score: 0.9 },
      { row: 0, column: 1, score: 0.8 },
      { row: 1, column: 0, score: 0.8 },
    ];
    expect(bestAssignment(edges)).toEqual([edges[1], edges[2]]);
  });

  it('finds the greatest total that there is, and uses no row or column twice', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const chosen = bestAssignment(edges);
        expect(new Set(chosen.map(({ row }) => row)).size).toBe(chosen.length);
        expect(new Set(chosen.map(({ column }) => column)).size).toBe(chosen.length);
        expect(total(chosen)).toBe(bestTotal(edges));
      }),
      { numRuns: 300 },
    );
  });
});
