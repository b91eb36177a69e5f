import type { TagScanner } from './markup.js';
import { type NamespaceScope, nameFromLatin1 } from './namespace-scope.js';
import { decodeReferences } from './references.js';

export const isDeclaration = (text: string, nameStart: number): boolean =>
  text.startsWith('xmlns', nameStart);

/** The scope inside a tag: that around it, plus the namespaces that the tag declares. Moves the scanner to the tag's end. */
export function scopeInside(tag: {
  text: string;
  tags: TagScanner;
  nameEnd: number;
  scope: NamespaceScope;
}): NamespaceScope {
  const { text, tags, nameEnd, scope } = tag;
  const declarations: [string, string][] = [];
  tags.start(nameEnd);
  while (tags.next() === 'attribute') {
    if (!isDeclaration(text, tags.nameStart)) continue;
    const name = text.slice(tags.nameStart, tags.nameEnd);
    if (name !== 'xmlns' && name[5] !== ':') continue;
    const uri = decodeReferences(nameFromLatin1(text.slice(tags.valueStart, tags.valueEnd))).trim();
    declarations.push([nameFromLatin1(name.slice(6)), uri]);
  }
  return declarations.length === 0 ? scope : scope.declare(declarations);
}
