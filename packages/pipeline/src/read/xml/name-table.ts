import { USUAL_PREFIXES, usualPrefixOf } from './usual-namespaces.js';

/** Generated namespaces must not cost unlimited memory. */
const MOST_ASSIGNED = 500;

export interface NameTableOptions {
  /** Namespaces of the format, whose elements are shown without a prefix. */
  readonly formatNamespaces: Iterable<string>;
  /** Prefix to namespace URI, from the outline. */
  readonly given?: Readonly<Record<string, string>> | undefined;
}

/**
 * Assigns the displayed prefix of each namespace of a document: the outline's, none for the format's own, the usual
 * one, else the document's, with a number if that is taken.
 */
export class NameTable {
  private readonly prefixOf = new Map<string, string>();
  private readonly taken: Set<string>;
  private readonly assigned = new Map<string, string>();

  constructor({ formatNamespaces, given = {} }: NameTableOptions) {
    for (const uri of formatNamespaces) this.prefixOf.set(uri, '');
    for (const [prefix, uri] of Object.entries(given)) this.prefixOf.set(uri, prefix);
    this.taken = new Set([...USUAL_PREFIXES, ...Object.keys(given)]);
  }

  displayPrefix(uri: string, documentPrefix: string): string {
    const known = this.prefixOf.get(uri) ?? usualPrefixOf(uri);
    if (known !== undefined) return known;
    if (this.assigned.size >= MOST_ASSIGNED) return documentPrefix;
    const prefix = this.free(documentPrefix === '' ? 'ns' : documentPrefix);
    this.taken.add(prefix);
    this.prefixOf.set(uri, prefix);
    this.assigned.set(prefix, uri);
    return prefix;
  }

  /** Prefix to URI of the namespaces that are neither the format's own nor usual. */
  get unusual(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.assigned);
  }

  private free(wish: string): string {
    if (!this.taken.has(wish)) return wish;
    let number = 2;
    while (this.taken.has(`${wish}${number}`)) number += 1;
    return `${wish}${number}`;
  }
}
