import type { Connectors } from '@inlet/connectors';
import { InletError, jwkSetSchema, jwksUrlSchema } from '@inlet/contracts';
import { createLocalJWKSet } from 'jose';
import type { KeySet, KeySets } from '../ports/context.js';

const LIMITS = { maxBytes: 65_536, deadlineMs: 5000, responseTimeoutMs: 5000 };
const MAX_ADDRESSES = 1000;
/** After this time the keys are fetched again when they are needed. */
const FRESH_MS = 10 * 60 * 1000;
/** How long keys are used whose address does not answer: a key that was withdrawn is accepted no longer than this. */
const KEPT_MS = 60 * 60 * 1000;
/** The shortest time between two requests to an address, whatever tokens ask for. */
const PAUSE_MS = 10_000;

interface Kept {
  set: KeySet | null;
  /** Milliseconds since 1970. */
  fetchedAt: number;
  triedAt: number;
  /** The reason of the last failure. */
  error: unknown;
  pending: Promise<void> | null;
}

/** Creates the store of key sets (RFC 7517). They are fetched like sources, through the guard, and kept in memory. */
export function createKeySets({ connectors, now }: { connectors: Connectors; now: () => Date }): KeySets {
  const keptByAddress = new Map<string, Kept>();

  const keptOf = (address: string): Kept => {
    const known = keptByAddress.get(address);
    if (known) return known;
    const [oldest] = keptByAddress.keys();
    if (oldest !== undefined && keptByAddress.size >= MAX_ADDRESSES) keptByAddress.delete(oldest);
    const kept: Kept = { set: null, fetchedAt: 0, triedAt: 0, error: null, pending: null };
    keptByAddress.set(address, kept);
    return kept;
  };

  const renew = async (address: string, kept: Kept): Promise<void> => {
    kept.triedAt = now().getTime();
    try {
      kept.set = await fetchKeySet(connectors, address);
      kept.fetchedAt = kept.triedAt;
      kept.error = null;
    } catch (error) {
      kept.error = error;
    } finally {
      kept.pending = null;
    }
  };

  return async (address, { mustRenew }) => {
    const kept = keptOf(address);
    const nowMs = now().getTime();
    const isFresh = kept.set !== null && isWithin(nowMs, kept.fetchedAt, FRESH_MS);
    if ((mustRenew || !isFresh) && !isWithin(nowMs, kept.triedAt, PAUSE_MS))
      kept.pending ??= renew(address, kept);
    await kept.pending;
    if (kept.set !== null && isWithin(nowMs, kept.fetchedAt, KEPT_MS)) return kept.set;
    throw keysUnavailable(address, kept.error);
  };
}

/** False too if the clock was set back since. */
const isWithin = (nowMs: number, sinceMs: number, spanMs: number): boolean =>
  nowMs >= sinceMs && nowMs - sinceMs < spanMs;

async function fetchKeySet(connectors: Connectors, url: string): Promise<KeySet> {
  // Each of them: a redirect without TLS could be exchanged on its way for one to other keys.
  const mayRedirectTo = (address: string): boolean => jwksUrlSchema.safeParse(address).success;
  const opened = await connectors.url.open(
    { kind: 'url', url },
    { since: null, limits: LIMITS, mayRedirectTo },
  );
  if (opened.kind !== 'bytes')
    throw new Error('A connector returned `unchanged` although no version was named.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened.bytes) chunks.push(chunk);
  const { keys } = jwkSetSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  return createLocalJWKSet({ keys });
}

function keysUnavailable(address: string, cause: unknown): InletError {
  const reason =
    cause instanceof InletError ? (cause.detail ?? cause.message) : 'It is not a JSON Web Key Set.';
  return new InletError('user_token_keys_unavailable', {
    detail: `${new URL(address).host}: ${reason}`,
    cause,
  });
}
