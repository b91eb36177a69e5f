import { scopeInside } from './declarations.js';
import type { TagScanner } from './markup.js';
import { NameTable } from './name-table.js';
import { NamespaceScope } from './namespace-scope.js';
import { ATOM_NAMESPACES, RSS_1_NAMESPACES, usualPrefixOf } from './usual-namespaces.js';

export interface RootTag {
  readonly text: string;
  readonly tags: TagScanner;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Prefix to URI, as an outline gave it. */
  readonly given: Readonly<Record<string, string>> | undefined;
}

/**
 * The scope around a root element. The root says which namespaces are the format's own, whose elements are shown
 * without a prefix: RSS 1.0 in RDF, Atom in a feed, else what the outline noted under `''`, else the root's default.
 */
export function scopeAroundRoot({ text, tags, nameStart, nameEnd, given }: RootTag): NamespaceScope {
  const probe = NamespaceScope.root(new NameTable({ formatNamespaces: [] }));
  const name = text.slice(nameStart, nameEnd);
  const colon = name.indexOf(':');
  const uri = scopeInside({ text, tags, nameEnd, scope: probe }).uriOf(colon < 0 ? '' : name.slice(0, colon));
  const local = name.slice(colon + 1);
  const isPrefixed = colon >= 0;
  const formatNamespaces = formatNamespacesOf({ uri, local, isPrefixed, noted: given?.[''] });
  return NamespaceScope.root(new NameTable({ formatNamespaces, given }));
}

function formatNamespacesOf(root: {
  uri: string | undefined;
  local: string;
  isPrefixed: boolean;
  noted: string | undefined;
}): Iterable<string> {
  const { uri, local, isPrefixed, noted } = root;
  const usual = uri === undefined ? undefined : usualPrefixOf(uri);
  if (usual === 'rdf' && local === 'RDF') return RSS_1_NAMESPACES;
  if (uri !== undefined && usual === 'atom' && local === 'feed') return [uri, ...ATOM_NAMESPACES];
  if (noted !== undefined) return [noted];
  return uri === undefined || isPrefixed ? [] : [uri];
}
