import { defaultAttribute } from './condition.js';
import { newNode, type PathNode } from './wanted-paths.js';

/**
 * Chooses the steps for elements whose paths have conditions. An element may satisfy several of them besides its plain
 * path, so its values may belong to several slots; such a group of slots has one number, above those of the slots.
 */
export class ConditionalSteps {
  private readonly count: number;
  private readonly groups: (readonly number[])[] = [];
  private readonly merged = new WeakMap<PathNode, Map<string, PathNode>>();

  /** `count` is the number of slots. */
  constructor(count: number) {
    this.count = count;
  }

  /** The slots of a group; undefined for a single slot. */
  slotsOf(slot: number): readonly number[] | undefined {
    return slot < this.count ? undefined : this.groups[slot - this.count];
  }

  /** The step for an element with these attributes. */
  choose(node: PathNode, attributes: ReadonlyMap<string, string>): PathNode {
    const satisfied = node.variants.filter(({ element, conditions }) =>
      conditions.every(
        ({ attribute, value }) =>
          (attributes.get(attribute) ?? defaultAttribute(element, attribute)) === value,
      ),
    );
    if (satisfied.length === 0) return node;
    const key = satisfied.map((variant) => node.variants.indexOf(variant)).join();
    const known = this.merged.get(node) ?? new Map<string, PathNode>();
    this.merged.set(node, known);
    const before = known.get(key);
    if (before !== undefined) return before;
    const step = this.merge([node, ...satisfied.map((variant) => variant.node)]);
    known.set(key, step);
    return step;
  }

  private merge(nodes: readonly PathNode[]): PathNode {
    const [only] = nodes;
    if (only !== undefined && nodes.length === 1) return only;
    const step = newNode();
    step.slot = this.group(nodes.map(({ slot }) => slot).filter((slot) => slot >= 0));
    step.prefersHtml = nodes.some((node) => node.prefersHtml);
    for (const name of new Set(nodes.flatMap(({ children }) => [...children.keys()])))
      step.children.set(name, this.merge(nodes.flatMap(({ children }) => children.get(name) ?? [])));
    for (const name of new Set(nodes.flatMap(({ attributes }) => [...attributes.keys()])))
      step.attributes.set(name, this.group(nodes.flatMap(({ attributes }) => attributes.get(name) ?? [])));
    return step;
  }

  private group(slots: readonly number[]): number {
    const single = slots.flatMap((slot) => this.slotsOf(slot) ?? slot);
    if (single.length <= 1) return single[0] ?? -1;
    return this.count + this.groups.push(single) - 1;
  }
}
