import { type DocumentEntities, decodeReferences } from './references.js';

const COMMENT = '<!--';
const MOST_ENTITIES = 5000;
const ENTITY = /<!ENTITY\s+(?:(%)\s+)?([^\s%"'<>]+)\s+(?:"([^"]*)"|'([^']*)'|(?:SYSTEM|PUBLIC)\s)/iy;

/**
 * Reads the entities of a complete DOCTYPE, without fetching or expanding anything. Parameter entities are skipped: they
 * only matter inside the DOCTYPE. The first definition of a name counts (XML 1.0, section 4.2).
 */
export function readEntities(doctype: string): DocumentEntities {
  const characters = new Map<string, string>();
  const refused = new Set<string>();
  let next = doctype.indexOf('<!', 2);
  for (let at = next; at >= 0 && characters.size + refused.size < MOST_ENTITIES; at = next) {
    if (doctype.startsWith(COMMENT, at)) {
      const end = doctype.indexOf('-->', at + COMMENT.length);
      next = end < 0 ? -1 : doctype.indexOf('<!', end);
      continue;
    }
    ENTITY.lastIndex = at;
    const [whole = '<!', parameter, name = '', double, single] = ENTITY.exec(doctype) ?? [];
    next = doctype.indexOf('<!', at + whole.length);
    if (name === '' || parameter !== undefined || characters.has(name) || refused.has(name)) continue;
    const text = characterOf(double ?? single);
    if (text === undefined) refused.add(name);
    else characters.set(name, text);
  }
  return { characters, refused };
}

/** The character of an entity's value, whose references are decoded when it is defined and when it is used. */
function characterOf(value: string | undefined): string | undefined {
  if (value === undefined || value.length > 40) return undefined;
  const text = decodeReferences(decodeReferences(value));
  return [...text].length <= 1 ? text : undefined;
}
