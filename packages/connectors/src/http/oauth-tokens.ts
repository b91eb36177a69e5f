import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { InletError, type SourceAuth } from '@inlet/contracts';
import type { HttpResponse, HttpSender } from './http-sender.js';
import { translateNetworkError } from './translate-network-error.js';
import { translateStatus } from './translate-status.js';

type OAuthClient = Extract<SourceAuth, { kind: 'oauth2_client_credentials' }>;

interface AccessToken {
  readonly token: string;
  /** Whether it was used before, so that a server may have revoked it. */
  readonly isCached: boolean;
}

export interface TokenOptions {
  readonly signal: AbortSignal;
  /** Fetch a new token although the last one has not expired. */
  readonly mustRenew: boolean;
}

export interface OAuthTokens {
  /**
   * Returns an access token by the client credentials grant (RFC 6749, section 4.4). Throws `source_unauthorized` if
   * the token server rejects the client, and the errors of its connection.
   */
  get(client: OAuthClient, options: TokenOptions): Promise<AccessToken>;
}

interface StoredToken {
  readonly token: string;
  readonly expiresMs: number;
}

const MAX_TOKENS = 1000;
const MAX_ANSWER_BYTES = 65_536;
/** A token is renewed this long before it expires, so that it is valid when the request arrives. */
const MARGIN_MS = 60_000;
/** Lifetime of a token whose server does not name one. */
const DEFAULT_LIFETIME_SECONDS = 300;

/** Keeps tokens in memory until they expire, one per client and scope. */
export function createOAuthTokens({ send, now }: { send: HttpSender; now: () => number }): OAuthTokens {
  const stored = new Map<string, StoredToken>();
  return {
    async get(client, { signal, mustRenew }) {
      const key = createHash('sha256').update(JSON.stringify(client)).digest('base64');
      const known = stored.get(key);
      if (known && !mustRenew && now() < known.expiresMs) return { token: known.token, isCached: true };
      stored.delete(key);
      const fetched = await fetchToken(client, { send, now, signal });
      const [oldest] = stored.keys();
      if (stored.size >= MAX_TOKENS && oldest !== undefined) stored.delete(oldest);
      stored.set(key, fetched);
      return { token: fetched.token, isCached: false };
    },
  };
}

interface FetchTokenOptions {
  readonly send: HttpSender;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Authenticates the client in the header, which every server must support, then in the body, as some demand. */
async function fetchToken(client: OAuthClient, options: FetchTokenOptions): Promise<StoredToken> {
  const { host } = new URL(client.tokenUrl);
  const inHeader = await askForToken(client, { ...options, isInBody: false });
  const isRejected = inHeader.status === 400 || inHeader.status === 401;
  const answer = isRejected ? await askForToken(client, { ...options, isInBody: true }) : inHeader;
  const error = translateStatus(answer, { host, nowMs: options.now() });
  if (answer.status >= 500 || answer.status === 429) throw error;
  const token = error ? null : readToken(answer.text);
  if (token === null) throw rejected(host, answer);
  return { token: token.access_token, expiresMs: options.now() + lifetimeMs(token) };
}

interface Answer extends Pick<HttpResponse, 'status' | 'headers'> {
  readonly text: string;
}

async function askForToken(
  client: OAuthClient,
  { send, signal, isInBody }: FetchTokenOptions & { readonly isInBody: boolean },
): Promise<Answer> {
  const { tokenUrl, clientId, clientSecret, scope, audience } = client;
  const url = new URL(tokenUrl);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope) form.set('scope', scope);
  if (audience) form.set('audience', audience);
  if (isInBody) form.set('client_id', clientId);
  if (isInBody) form.set('client_secret', clientSecret);
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/x-www-form-urlencoded',
  };
  try {
    const response = await send({
      method: 'POST',
      url,
      headers: isInBody ? headers : { ...headers, authorization: clientHeader(clientId, clientSecret) },
      body: [Buffer.from(form.toString())],
      signal,
    });
    return {
      status: response.status,
      headers: response.headers,
      text: await readText(response.body, signal),
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw translateNetworkError(error, { host: url.host, purpose: 'source' });
  }
}

/** RFC 6749, section 2.3.1: both parts are encoded as in a form. */
function clientHeader(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

async function readText(body: Readable, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const destroy = (): void => void body.destroy();
  signal.addEventListener('abort', destroy, { once: true });
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_ANSWER_BYTES) break;
    }
  } finally {
    signal.removeEventListener('abort', destroy);
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in?: unknown;
}

function readToken(text: string): TokenAnswer | null {
  const answer = parseJson(text);
  const isToken =
    'access_token' in answer && typeof answer.access_token === 'string' && answer.access_token !== '';
  return isToken ? (answer as TokenAnswer) : null;
}

function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function lifetimeMs({ expires_in: seconds = DEFAULT_LIFETIME_SECONDS }: TokenAnswer): number {
  const lifetime = Number(seconds) * 1000;
  return Number.isFinite(lifetime) ? Math.max(0, lifetime - MARGIN_MS) : 0;
}

/** The error codes of RFC 6749, section 5.2, are words that help; descriptions may hold anything. */
function rejected(host: string, { status, text }: Answer): InletError {
  const answer = parseJson(text);
  const code = 'error' in answer && /^[a-z_]{1,40}$/.test(String(answer.error)) ? ` (${answer.error})` : '';
  return new InletError('source_unauthorized', {
    detail: `${host} returned no access token: status ${status}${code}. Check the client id, secret and scope.`,
  });
}
