/** The words of a name and its owner. */
export interface OwnedName {
  readonly owner: number;
  readonly tokens: readonly string[];
}

export interface Similarity {
  readonly left: number;
  readonly right: number;
  /** Share of common words (Dice), 0 to 1. */
  readonly share: number;
  /** The common words, as the left name spells them. */
  readonly common: readonly string[];
}

/**
 * Finds pairs of owners whose names have common words, allowing small misspellings. Compares only names that share a
 * word, so thousands of names stay cheap.
 */
export function* similarNames(
  left: readonly OwnedName[],
  right: readonly OwnedName[],
): Generator<Similarity> {
  const namesWith = indexByToken(right);
  const alike = findAlike(left, [...namesWith.keys()]);
  for (const { owner, tokens } of left) {
    const found = new Map<OwnedName, string[]>();
    for (const token of new Set(tokens)) {
      const met = new Set((alike.get(token) ?? []).flatMap((other) => namesWith.get(other) ?? []));
      for (const name of met) found.set(name, [...(found.get(name) ?? []), token]);
    }
    for (const [name, common] of found) {
      const share = (2 * Math.min(common.length, name.tokens.length)) / (tokens.length + name.tokens.length);
      yield { left: owner, right: name.owner, share, common };
    }
  }
}

function indexByToken(names: readonly OwnedName[]): Map<string, OwnedName[]> {
  const index = new Map<string, OwnedName[]>();
  for (const name of names)
    for (const token of new Set(name.tokens)) {
      const list = index.get(token);
      if (list) list.push(name);
      else index.set(token, [name]);
    }
  return index;
}

/** Finds for each left word the equal or misspelled right words. Misspellings seldom affect the first letter. */
function findAlike(names: readonly OwnedName[], tokens: readonly string[]): Map<string, string[]> {
  const byInitial = new Map<string, string[]>();
  for (const token of tokens) {
    const initial = token.charAt(0);
    byInitial.set(initial, [...(byInitial.get(initial) ?? []), token]);
  }
  const alike = new Map<string, string[]>();
  for (const token of new Set(names.flatMap((name) => name.tokens))) {
    const candidates = byInitial.get(token.charAt(0)) ?? [];
    alike.set(
      token,
      candidates.filter((other) => isAlike(token, other)),
    );
  }
  return alike;
}

const LONGEST_WORD = 40;

/** Whether the words are equal, with one wrong letter in words of four to seven, two in longer ones. */
export function isAlike(one: string, other: string): boolean {
  if (one === other) return true;
  const shorter = Math.min(one.length, other.length);
  const allowed = shorter < 4 ? 0 : shorter < 8 ? 1 : 2;
  if (Math.abs(one.length - other.length) > allowed || shorter > LONGEST_WORD) return false;
  return editDistance(one, other) <= allowed;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let at = 1; at <= other.length; at++) {
      const isSame = one[row - 1] === other[at - 1];
      const isSwap = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      const replaced = (last[at - 1] ?? 0) + (isSame ? 0 : 1);
      const cheapest = Math.min(replaced, (last[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1);
      current.push(isSwap ? Math.min(cheapest, (beforeLast[at - 2] ?? 0) + 1) : cheapest);
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}
