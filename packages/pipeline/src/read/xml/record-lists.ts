import { isMainList, type ListWeight } from '../inner-lists.js';
import type { SurveyNode } from './survey.js';

/** Names of the members of a list, whatever the list is called. */
const MEMBER_NAME = /^(?:.*:)?(item|entry|record|row)$/i;
/** A list of this many fields beside one label is a list of records, not of details. */
const FEWEST_FIELDS = 2;

/** An element that has a value itself, not only elements. */
const hasOwnText = (node: SurveyNode): boolean =>
  node.hasText || (node.children.size === 0 && node.attributes.size === 0);

/** Whether elements inside it have texts, as those of a record do. */
export function isStructured(node: SurveyNode): boolean {
  return [...node.children.values()].filter((child) => child.hasText).length >= FEWEST_FIELDS;
}

const hasTextsInside = (node: SurveyNode): boolean =>
  [...node.children.values()].some((child) => child.hasText);

/**
 * Whether an element that occurs once looks like the only member of a list: its name says so, or the element around it
 * is named for several of it (`products/product`) or contains nothing else.
 */
export function isListLike(node: SurveyNode): boolean {
  const { parent, name } = node;
  if (parent === null || !hasTextsInside(node)) return false;
  if (MEMBER_NAME.test(name) || isPluralOf(parent.name, name)) return true;
  return isStructured(node) && parent.children.size === 1 && !parent.hasText;
}

/** `products` for `product`, `categories` for `category`, `productList` for `product`. */
function isPluralOf(plural: string, name: string): boolean {
  const [whole, one] = [plural.toLowerCase(), name.toLowerCase()];
  const forms = [
    `${one}s`,
    `${one}es`,
    `${one.replace(/y$/, 'ie')}s`,
    `${one}list`,
    `${one}_list`,
    `${one}-list`,
  ];
  return forms.includes(whole);
}

/** Weighs the values of all elements at a node, without those of structured lists inside it. */
function weigh(node: SurveyNode): ListWeight {
  let fields = node.attributes.size + (hasOwnText(node) ? 1 : 0);
  let values = fields * node.count;
  for (const child of node.children.values()) {
    if (child.mostInParent > 1 && hasTextsInside(child)) continue;
    const below = weigh(child);
    fields += below.fields;
    values += below.values;
  }
  return { name: node.name, fields, values };
}

/**
 * Puts an inner list that holds most of the values first. The element around it is then a group, such as a category of
 * products, whose values belong to each of its members.
 */
export function preferInnerList(lists: readonly SurveyNode[]): readonly SurveyNode[] {
  const [outer] = lists;
  if (outer === undefined) return lists;
  const around = weigh(outer);
  const inner = lists.find((node) => {
    if (node === outer || !isInside(node, outer) || !hasTextsInside(node)) return false;
    return isMainList(weigh(node), around);
  });
  if (inner === undefined) return lists;
  const inside = preferInnerList([inner, ...lists.filter((node) => node !== inner && isInside(node, inner))]);
  const best = inside[0] ?? inner;
  return [best, ...lists.filter((node) => node !== best)];
}

export function isInside(node: SurveyNode, outer: SurveyNode): boolean {
  for (let at = node.parent; at !== null; at = at.parent) if (at === outer) return true;
  return false;
}
