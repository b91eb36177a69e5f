import type { NameTable } from './name-table.js';

const MOST_BINDINGS = 200;
const MOST_CACHED = 1000;
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/**
 * Decodes a name that was cut from the latin1 view of UTF-8 bytes. Always makes a new string, because a slice would
 * keep the whole window in memory.
 */
export function nameFromLatin1(raw: string): string {
  return Buffer.from(raw, 'latin1').toString();
}

export function latin1FromName(name: string): string {
  return Buffer.from(name).toString('latin1');
}

/**
 * The namespace bindings at one element. Elements with the same declarations in the same outer scope share one object,
 * so that everything compiled for a scope is compiled once.
 */
export class NamespaceScope {
  readonly names: NameTable;
  private readonly bindings: ReadonlyMap<string, string>;
  private readonly inner = new Map<string, NamespaceScope>();
  private readonly displayNames = new Map<string, string>();

  constructor(names: NameTable, bindings: ReadonlyMap<string, string> = new Map()) {
    this.names = names;
    this.bindings = bindings;
  }

  static root(names: NameTable): NamespaceScope {
    return new NamespaceScope(names, new Map([['xml', XML_NAMESPACE]]));
  }

  uriOf(prefix: string): string | undefined {
    return this.bindings.get(prefix);
  }

  get uris(): readonly string[] {
    return [...this.bindings.values()];
  }

  /** The scope of an element with these declarations; `''` is the default namespace, an empty URI removes a binding. */
  declare(declarations: readonly (readonly [prefix: string, uri: string])[]): NamespaceScope {
    const key = JSON.stringify(declarations);
    const known = this.inner.get(key);
    if (known !== undefined) return known;
    const bindings = new Map(this.bindings);
    for (const [prefix, uri] of declarations) {
      if (uri === '') bindings.delete(prefix);
      else if (bindings.size < MOST_BINDINGS || bindings.has(prefix)) bindings.set(prefix, uri);
    }
    const scope = new NamespaceScope(this.names, bindings);
    if (this.inner.size >= MOST_CACHED) this.inner.clear();
    this.inner.set(key, scope);
    return scope;
  }

  /** The displayed name of an element with this raw name. Keeps an undeclared prefix. */
  elementName(raw: string): string {
    const known = this.displayNames.get(raw);
    if (known !== undefined) return known;
    const own = nameFromLatin1(raw);
    const name = this.resolve(own, this.bindings.get(''));
    if (this.displayNames.size >= MOST_CACHED) this.displayNames.clear();
    this.displayNames.set(latin1FromName(own), name);
    return name;
  }

  /** The displayed name of an attribute, to which the default namespace does not apply. */
  attributeName(raw: string): string {
    return this.resolve(nameFromLatin1(raw), undefined);
  }

  /** All raw names (in the latin1 view) with this displayed name. */
  rawNames(display: string, kind: 'element' | 'attribute'): string[] {
    const colon = display.indexOf(':');
    const wanted = colon < 0 ? '' : display.slice(0, colon);
    const local = display.slice(colon + 1);
    const raw: string[] = [];
    for (const [prefix, uri] of this.bindings) {
      if (this.names.displayPrefix(uri, prefix) !== wanted) continue;
      if (prefix !== '') raw.push(`${prefix}:${local}`);
      else if (kind === 'element') raw.push(local);
    }
    const isBound = this.bindings.has(wanted) && !(wanted === '' && kind === 'attribute');
    if (!isBound) raw.push(display);
    return raw.map(latin1FromName);
  }

  private resolve(name: string, defaultUri: string | undefined): string {
    const colon = name.indexOf(':');
    const prefix = colon < 0 ? '' : name.slice(0, colon);
    const uri = colon < 0 ? defaultUri : this.bindings.get(prefix);
    if (uri === undefined) return name;
    const shown = this.names.displayPrefix(uri, prefix);
    const local = name.slice(colon + 1);
    return shown === '' ? local : `${shown}:${local}`;
  }
}
