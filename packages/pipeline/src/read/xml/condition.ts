import { escapeKey } from '../paths.js';

/** A condition on an attribute of an element. */
export interface Condition {
  readonly attribute: string;
  readonly value: string;
}

export interface ConditionalName {
  readonly name: string;
  /** All of them must hold; empty for a plain name. */
  readonly conditions: readonly Condition[];
}

const CONDITION = /^(.+)\[@([^\s=[\]@'"]+)='((?:[^']|'')*)'\]$/s;

/** Splits a segment of a path, unescaped, such as `link[@rel='alternate']`. Brackets of another shape belong to the name. */
export function parseConditions(segment: string): ConditionalName {
  const conditions: Condition[] = [];
  let name = segment;
  for (let match = CONDITION.exec(name); match !== null; match = CONDITION.exec(name)) {
    const [, rest = '', attribute = '', value = ''] = match;
    conditions.unshift({ attribute, value: value.replaceAll("''", "'") });
    name = rest;
  }
  return { name, conditions };
}

/** The segment of a path for elements of a name with an attribute value, escaped. */
export const conditionalSegment = (name: string, { attribute, value }: Condition): string =>
  escapeKey(`${name}[@${attribute}='${value.replaceAll("'", "''")}']`);

/**
 * Attributes that have a value even if they are not written: RFC 4287, section 4.2.7.2, and the RSS 2.0 specification
 * on `guid`.
 */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  link: { rel: 'alternate' },
  'atom:link': { rel: 'alternate' },
  guid: { isPermaLink: 'true' },
};

/** The value of an attribute that an element does not have; undefined if its format defines none. */
export const defaultAttribute = (element: string, attribute: string): string | undefined =>
  Object.hasOwn(DEFAULTS, element) ? DEFAULTS[element]?.[attribute] : undefined;

/** Whether a condition selects the alternates of an Atom entry, of which a `text/html` one comes first. */
export const prefersHtml = (element: string, { attribute, value }: Condition): boolean =>
  value === 'alternate' && attribute === 'rel' && defaultAttribute(element, attribute) === value;

const IANA_RELATION = 'http://www.iana.org/assignments/relation/';

/** The value that conditions compare: without white space around it; the relation of a link in its short form. */
export function comparedValue(attribute: string, value: string): string {
  const text = value.trim();
  if (attribute !== 'rel') return text;
  const relation = text.toLowerCase();
  return relation.startsWith(IANA_RELATION) ? relation.slice(IANA_RELATION.length) : relation;
}
