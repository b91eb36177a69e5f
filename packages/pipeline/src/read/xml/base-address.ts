import { parseUrl } from '@inlet/contracts/web-address';
/** Resolves an `xml:base` or a feed's link (RFC 3986, section 5.2). Keeps the base if the result is no web address. */
export function resolveAddress(reference: string, base: string | undefined): string | undefined {
  const text = reference.trim();
  const url = parseUrl(text, base);
  if (url === null) return base;
  const { href, protocol } = url;
  return protocol === 'http:' || protocol === 'https:' ? href : base;
}

/** An open element with `xml:base`. */
interface OpenBase {
  readonly depth: number;
  readonly url: string | undefined;
}

/** The bases of relative addresses that open elements set with `xml:base`, which is rare. */
export class BaseStack {
  private readonly open: OpenBase[] = [];

  get isEmpty(): boolean {
    return this.open.length === 0;
  }

  /** The base inside the innermost element that sets one. */
  get url(): string | undefined {
    return this.open.at(-1)?.url;
  }

  push(depth: number, url: string | undefined): void {
    this.open.push({ depth, url });
  }

  /** Drops the bases of elements deeper than `depth`. */
  closeBelow(depth: number): void {
    for (let last = this.open.at(-1); last !== undefined && last.depth > depth; last = this.open.at(-1))
      this.open.pop();
  }
}
