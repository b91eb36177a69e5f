import type { TagScanner } from './markup.js';
import { NameTable } from './name-table.js';
import { NamespaceScope, nameFromLatin1 } from './namespace-scope.js';
import { decodeReferences } from './references.js';
import { ATOM_NAMESPACES, RSS_1_NAMESPACES, usualPrefixOf } from './usual-namespaces.js';

/** Finds out whether the attribute at an offset declares a namespace or sets `xml:base`. */
export function specialAttribute(text: string, nameStart: number, nameEnd: number): 'xmlns' | 'base' | null {
  if (!text.startsWith('xml', nameStart)) return null;
  if (isDeclaration(text, nameStart)) return 'xmlns';
  return nameEnd - nameStart === 8 && text.startsWith('xml:base', nameStart) ? 'base' : null;
}

const isDeclaration = (text: string, nameStart: number): boolean => text.startsWith('xmlns', nameStart);

export interface ScopedTag {
  readonly text: string;
  readonly tags: TagScanner;
  readonly nameEnd: number;
  /** The scope around the tag. */
  readonly scope: NamespaceScope;
}

/** The scope inside a tag, which adds the tag's declarations to `scope`. Moves the scanner to the tag's end. */
export function scopeInside({ text, tags, nameEnd, scope }: ScopedTag): NamespaceScope {
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

export interface RootTag {
  readonly text: string;
  readonly tags: TagScanner;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Prefix to URI, from the outline. */
  readonly given: Readonly<Record<string, string>> | undefined;
}

/**
 * The scope around a root element. The root determines the format's own namespaces, whose elements are shown without
 * a prefix: RSS 1.0 in RDF, Atom in a feed, that of an RSS root, else the outline's entry for `''`, else the root's default namespace.
 */
export function scopeAroundRoot({ text, tags, nameStart, nameEnd, given }: RootTag): NamespaceScope {
  const probe = NamespaceScope.root(new NameTable({ formatNamespaces: [] }));
  const name = text.slice(nameStart, nameEnd);
  const colon = name.indexOf(':');
  const uri = scopeInside({ text, tags, nameEnd, scope: probe }).uriOf(colon < 0 ? '' : name.slice(0, colon));
  const formatNamespaces = formatNamespacesOf({
    uri,
    local: name.slice(colon + 1),
    isPrefixed: colon >= 0,
    givenDefault: given?.[''],
  });
  return NamespaceScope.root(new NameTable({ formatNamespaces, given }));
}

interface RootName {
  readonly uri: string | undefined;
  readonly local: string;
  readonly isPrefixed: boolean;
  readonly givenDefault: string | undefined;
}

function formatNamespacesOf({ uri, local, isPrefixed, givenDefault }: RootName): Iterable<string> {
  const usual = uri === undefined ? undefined : usualPrefixOf(uri);
  if (usual === 'rdf' && local === 'RDF') return RSS_1_NAMESPACES;
  if (uri !== undefined && usual === 'atom' && (local === 'feed' || local === 'entry'))
    return [uri, ...ATOM_NAMESPACES];
  if (uri !== undefined && local === 'rss') return [uri];
  if (givenDefault !== undefined) return [givenDefault];
  return uri === undefined || isPrefixed ? [] : [uri];
}
