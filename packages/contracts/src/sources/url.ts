import { splitCredentials } from '../web-address.js';
import type { SourceRules } from './source-rules.js';
import type { UrlSource, UrlSourceView } from './url-schema.js';

export const urlSourceRules: SourceRules<UrlSource, UrlSourceView> = {
  secretFields: [
    { path: 'url', holds: 'address' },
    { path: 'headers', holds: 'secret' },
    { path: 'basicAuth.password', holds: 'secret' },
  ],
  view: ({ kind, url, headers, basicAuth }) => ({
    kind,
    url,
    headerNames: Object.keys(headers ?? {}).sort(),
    username: basicAuth?.username ?? null,
  }),
  describe: ({ url }) => ({ site: siteNameOf(url), address: url }),
  siteOf: ({ url }) => new URL(url).host,
  serverOf: ({ url }) => new URL(url).origin,
  identityOf: ({ url }) => url,
  extractCredentials: (source) => {
    const { address, basicAuth } = splitCredentials(source.url);
    return basicAuth ? { ...source, url: address, basicAuth: source.basicAuth ?? basicAuth } : source;
  },
  moveTo: (source, address) => ({ ...source, url: address }),
};

/** The host without `www.`; the text itself if it is no address. */
const siteNameOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).host.replace(/^www\./, '') : url;
