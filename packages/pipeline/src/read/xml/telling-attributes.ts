import { defaultAttribute } from './condition.js';

const MOST_VALUES = 20;
const LONGEST_VALUE = 60;
const MOST_ATTRIBUTES = 20;

/** Attributes that are values themselves, not names of values. */
const VALUES = new Set(
  (
    'href src url uri value content text term label title width height length size fileSize bitrate duration id ' +
    'expression isDefault lat lon'
  ).split(' '),
);
/** Attributes that name their element, best first. */
const NAMES = 'rel medium name property itemprop key code kind role type lang xml:lang currency unit'.split(
  ' ',
);
/** Elements whose kinds differ from item to item, so they are told apart even if an item has one of them. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  link: ['rel'],
  'atom:link': ['rel'],
  'media:content': ['medium', 'type'],
  enclosure: ['type'],
};

export interface TellingAttribute {
  readonly attribute: string;
  readonly values: readonly string[];
}

/** Finds the attribute that tells elements of one name apart: `link` of Atom by `rel`, `meta` by `name`. */
export class TellingAttributes {
  /** The values of each attribute; null if there are too many, or one is too long. */
  private readonly values = new Map<string, Set<string> | null>();
  /** Attributes that differ between siblings. */
  private readonly telling = new Set<string>();
  private siblings = new Map<string, string>();
  private elements = 0;
  private hasAddress = false;

  /** Starts an element; its siblings before it are those since the last first one. */
  startElement(isFirst: boolean): void {
    this.elements += 1;
    if (isFirst) this.siblings.clear();
  }

  add(attribute: string, readValue: () => string): void {
    if (attribute === 'href') this.hasAddress = true;
    if (VALUES.has(attribute)) return;
    const value = readValue();
    const before = this.siblings.get(attribute);
    if (before !== undefined && before !== value) this.telling.add(attribute);
    this.siblings.set(attribute, value);
    const known = this.values.get(attribute);
    if (known === null || (known === undefined && this.values.size >= MOST_ATTRIBUTES)) return;
    if (known === undefined) this.values.set(attribute, new Set());
    const values = this.values.get(attribute);
    if (value.length > LONGEST_VALUE || (values?.size ?? 0) > MOST_VALUES) this.values.set(attribute, null);
    else if (value !== '') values?.add(value);
  }

  /** The best attribute to tell elements of this name apart; null if there is none. */
  choose(name: string): TellingAttribute | null {
    const [attribute] = this.candidates(name);
    if (attribute === undefined) return null;
    const values = new Set(this.values.get(attribute) ?? []);
    const missing = defaultAttribute(name, attribute);
    if (missing !== undefined) values.add(missing);
    return { attribute, values: [...values].slice(0, MOST_VALUES) };
  }

  private candidates(name: string): string[] {
    const kinds = Object.hasOwn(KINDS, name) ? (KINDS[name] ?? []) : [];
    // A link without a relation is an alternate, and a later entry may have others.
    const isKnown = (attribute: string): boolean =>
      (this.values.get(attribute)?.size ?? 0) > 0 ||
      (this.hasAddress && defaultAttribute(name, attribute) !== undefined);
    const known = kinds.filter(isKnown);
    if (known.length > 0) return known;
    // An attribute with another value in each element is a value, unless there are only a few elements.
    const isName = (attribute: string): boolean => {
      const size = this.values.get(attribute)?.size ?? 0;
      return size > 1 && size <= MOST_VALUES && (size < this.elements || this.elements <= 8);
    };
    const rank = (attribute: string) => (NAMES.includes(attribute) ? NAMES.indexOf(attribute) : NAMES.length);
    return [...this.telling].filter(isName).toSorted((one, other) => rank(one) - rank(other));
  }
}
