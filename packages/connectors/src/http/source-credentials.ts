import { authOf, type UrlSource } from '@inlet/contracts';
import type { OriginSecrets } from './follow-redirects.js';
import { basicAuthHeader } from './http-target.js';
import type { OAuthTokens, TokenOptions } from './oauth-tokens.js';

export interface Credentials extends OriginSecrets {
  /** They hold a token that may have been revoked: if it is rejected, ask again with `mustRenew`. */
  readonly canRenew: boolean;
}

/** Returns the headers that a source sets, its credentials among them, or its secret query parameter. */
export async function credentialsOf(
  source: UrlSource,
  { tokens, ...options }: TokenOptions & { readonly tokens: OAuthTokens },
): Promise<Credentials> {
  // Names in lower case, so that no header is sent twice.
  const own = Object.entries(source.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const headers: Record<string, string> = Object.fromEntries(own);
  const auth = authOf(source);
  switch (auth.kind) {
    case 'none':
      return { headers, query: null, canRenew: false };
    case 'basic':
      return { headers: { ...headers, ...basicAuthHeader(auth) }, query: null, canRenew: false };
    case 'bearer':
      return { headers: { ...headers, ...bearerHeader(auth.token) }, query: null, canRenew: false };
    case 'api_key': {
      const { name, value } = auth;
      return auth.in === 'query'
        ? { headers, query: { name, value }, canRenew: false }
        : { headers: { ...headers, [name.toLowerCase()]: value }, query: null, canRenew: false };
    }
    case 'oauth2_client_credentials': {
      const { token, isCached } = await tokens.get(auth, options);
      return { headers: { ...headers, ...bearerHeader(token) }, query: null, canRenew: isCached };
    }
  }
}

/** RFC 6750, section 2.1. */
const bearerHeader = (token: string) => ({ authorization: `Bearer ${token}` });
