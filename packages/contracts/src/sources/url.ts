import { parseUrl, splitCredentials } from '../web-address.js';
import type { SourceRules } from './source-rules.js';
import type { SourceAuth, SourceAuthView } from './url-auth-schema.js';
import type { Pagination } from './url-pagination-schema.js';
import type { UrlSource, UrlSourceView } from './url-schema.js';

/** The authentication of a source in its one form. */
export const authOf = ({ auth, basicAuth }: Pick<UrlSource, 'auth' | 'basicAuth'>): SourceAuth =>
  auth ?? (basicAuth ? { kind: 'basic', ...basicAuth } : { kind: 'none' });

/** Sources that were stored before there were pages have their first page only. */
export const paginationOf = ({ pagination = { kind: 'none' } }: UrlSource): Pagination => pagination;

const DECLARED_PAGES: Pagination = { kind: 'declared', maxPages: 20 };

export const urlSourceRules: SourceRules<UrlSource, UrlSourceView> = {
  secretFields: [
    { path: 'url', holds: 'address' },
    { path: 'headers', holds: 'secret' },
    { path: 'auth.password', holds: 'secret' },
    { path: 'auth.token', holds: 'secret' },
    { path: 'auth.value', holds: 'secret' },
    { path: 'auth.clientSecret', holds: 'secret' },
    { path: 'basicAuth.password', holds: 'secret' },
    { path: 'request.body', holds: 'secret' },
  ],
  keptFields: ['pagination'],
  defaults: { pagination: DECLARED_PAGES },
  view: (source) => {
    const auth = viewAuth(authOf(source));
    return {
      kind: source.kind,
      url: source.url,
      headerNames: Object.keys(source.headers ?? {}).sort(),
      username: auth?.kind === 'basic' ? auth.username : null,
      auth,
      request: { method: source.request?.method ?? 'GET' },
      pagination: paginationOf(source),
    };
  },
  describe: ({ url }) => ({ site: siteNameOf(url), address: url }),
  siteOf: ({ url }) => new URL(url).host,
  serverOf: ({ url }) => new URL(url).origin,
  identityOf: ({ url }) => url,
  settingsOf: (source) => {
    const { url, request } = source;
    const pagination = paginationOf(source);
    const isPlain = pagination.kind === 'none' && request?.method !== 'POST';
    return isPlain ? url : JSON.stringify([url, request, pagination]);
  },
  pagingOf: (source) => {
    const pagination = paginationOf(source);
    const { kind } = pagination;
    return {
      maxPages: kind === 'none' ? 1 : pagination.maxPages,
      nextPagePath: kind === 'path' || kind === 'cursor' ? pagination.path : undefined,
      isNumbered: kind === 'page' || kind === 'offset',
    };
  },
  extractCredentials: (source) => {
    const { address, basicAuth } = splitCredentials(source.url);
    const { auth, basicAuth: given, ...rest } = source;
    const found = authOf({ auth, basicAuth: given ?? basicAuth ?? undefined });
    if (address === source.url && !given) return source;
    return { ...rest, url: address, auth: found };
  },
  moveTo: (source, address) => ({ ...source, url: address }),
};

function viewAuth(auth: SourceAuth): SourceAuthView | null {
  switch (auth.kind) {
    case 'none':
      return null;
    case 'basic':
      return { kind: auth.kind, username: auth.username };
    case 'bearer':
      return { kind: auth.kind };
    case 'api_key':
      return { kind: auth.kind, in: auth.in, name: auth.name };
    case 'oauth2_client_credentials': {
      const { clientSecret: _, ...view } = auth;
      return view;
    }
  }
}

/** The host without `www.`; the text itself if it is no address. */
const siteNameOf = (url: string): string => parseUrl(url)?.host.replace(/^www\./, '') ?? url;
