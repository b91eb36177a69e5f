import type { MappedColumn, Transform } from '@inlet/contracts';

/** How single values of a file are mapped to options: the last transform of a column, and the options that it adds. */
export interface ValueMap {
  /** The column without it. */
  readonly base: MappedColumn;
  /** The option that a text becomes; empty for no value. */
  readonly targets: ReadonlyMap<string, string>;
  /** Texts that are options from now on. */
  readonly added: ReadonlySet<string>;
}

export type ValueChoice =
  | { readonly kind: 'option'; readonly value: string }
  | { readonly kind: 'empty' | 'add' | 'none' };

const MOST_ENTRIES = 2000;

/** Reads it from a mapped column. A list that drops all other values is not of this kind, so it stays in the column. */
export function readValueMap({ newOptions, transforms = [], ...rest }: MappedColumn): ValueMap {
  const last = transforms.at(-1);
  const isOwn = last?.kind === 'map_values' && last.otherwise === 'keep' && !last.ignoreCase;
  const others = isOwn ? transforms.slice(0, -1) : transforms;
  return {
    base: withTransforms(rest, others),
    targets: new Map(isOwn ? last.values.map(({ from, to }) => [from, to]) : []),
    added: new Set(newOptions),
  };
}

/** A mapped column with another choice for some texts. */
export function chooseValues(
  mapped: MappedColumn,
  choices: readonly { readonly text: string; readonly choice: ValueChoice }[],
): MappedColumn {
  const { base, targets, added } = readValueMap(mapped);
  const nextTargets = new Map(targets);
  const nextAdded = new Set(added);
  for (const { text, choice } of choices) {
    nextTargets.delete(text);
    nextAdded.delete(text);
    if (choice.kind === 'add') nextAdded.add(text);
    else if (choice.kind !== 'none') nextTargets.set(text, choice.kind === 'option' ? choice.value : '');
  }
  const values = [...nextTargets].slice(0, MOST_ENTRIES).map(([from, to]) => ({ from, to }));
  const { transforms = [] } = base;
  const changed = withTransforms(
    base,
    values.length === 0 ? transforms : [...transforms, { kind: 'map_values', values, otherwise: 'keep' }],
  );
  return nextAdded.size === 0 ? changed : { ...changed, newOptions: [...nextAdded] };
}

/** The choice that a text has; undefined for none. */
export function choiceOf({ targets, added }: ValueMap, text: string): ValueChoice | undefined {
  if (added.has(text)) return { kind: 'add' };
  const value = targets.get(text);
  if (value === undefined) return undefined;
  return value === '' ? { kind: 'empty' } : { kind: 'option', value };
}

function withTransforms(mapped: MappedColumn, transforms: readonly Transform[]): MappedColumn {
  const { transforms: _, ...rest } = mapped;
  return transforms.length === 0 ? rest : { ...rest, transforms: [...transforms] };
}
