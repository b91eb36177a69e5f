import { parseUrl } from '@inlet/contracts/web-address';

/** A scheme, or the beginning of a host that lacks one. */
const COMPLETE = /^(?:[a-z][a-z\d+.-]*:|www\.)/i;
/** Forms that are relative addresses in any source: `/a`, `../a`, `//host/a`, `?a`. */
const MARKED = /^(?:\.{0,2}\/|\?)/;
/** In attributes and elements for addresses, any text is one: `posts/1.html`, `#one`. */
const ADDRESS_PATH = /(?:^|\/)(?:@(?:\w+:)?(?:href|src|url|uri|resource|about)|(?:\w+:)?(?:link|comments))$/;
/** Elements and members with these names also hold words such as `none`. */
const LIKELY_ADDRESS_PATH = /(?:^|\/)(?:\w+:)?(?:url|external_url|permalink|loc)$/;
/** A file, a folder, a query or a fragment, but not `n/a`. */
const LIKELY_ADDRESS = /^(?!n\/a$).+[/.?#=]|^#./i;

/** Resolves a relative address (RFC 3986, section 5.2); keeps a text that is none. */
export type ResolveAddress = (text: string, baseUrl: string | undefined) => string;

/** Compiles the resolution of the addresses at a path. */
export function compileResolve(path: string): ResolveAddress {
  const isAddress = ADDRESS_PATH.test(path);
  const isLikely = LIKELY_ADDRESS_PATH.test(path);
  return (given, baseUrl) => {
    const text = given.trim();
    if (baseUrl === undefined || text === '' || COMPLETE.test(text)) return given;
    const isBare = isAddress || (isLikely && LIKELY_ADDRESS.test(text));
    if (!MARKED.test(text) && (!isBare || /\s/.test(text))) return given;
    return parseUrl(text, baseUrl)?.href ?? given;
  };
}
