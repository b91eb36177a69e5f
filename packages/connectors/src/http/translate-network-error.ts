import { type ErrorCode, InletError } from '@inlet/contracts';
import { PrivateAddressError } from './private-address-error.js';

type Fault =
  | 'private'
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'tls'
  | 'timeout'
  | 'interrupted'
  | 'not_http'
  | 'packed';

interface Trouble {
  readonly fault: Fault;
  /** Follows the name of the host in a sentence. */
  readonly words: string;
}

const CODES: Record<'source' | 'delivery', Record<Fault, ErrorCode>> = {
  source: {
    private: 'source_address_private',
    dns: 'source_dns_failed',
    refused: 'source_refused',
    unreachable: 'source_unreachable',
    tls: 'source_tls_failed',
    timeout: 'source_timeout',
    interrupted: 'source_interrupted',
    not_http: 'source_http_error',
    packed: 'source_malformed',
  },
  delivery: {
    private: 'delivery_address_private',
    dns: 'delivery_unreachable',
    refused: 'delivery_unreachable',
    unreachable: 'delivery_unreachable',
    tls: 'delivery_unreachable',
    timeout: 'delivery_timeout',
    interrupted: 'delivery_unreachable',
    not_http: 'delivery_unreachable',
    packed: 'delivery_unreachable',
  },
};

const TLS_WORDS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that nobody vouches for (self-signed)',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'does not send all the certificates between its own and the authority',
  UNABLE_TO_GET_ISSUER_CERT: 'has a certificate of an authority that is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate of an authority that is not known',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  CERT_REVOKED: 'has a certificate that was revoked',
};

const BY_CODE: Record<string, Trouble> = {
  ENOTFOUND: { fault: 'dns', words: 'has no address' },
  ENODATA: { fault: 'dns', words: 'has no address' },
  EAI_AGAIN: { fault: 'dns', words: 'could not be looked up just now' },
  ECONNREFUSED: { fault: 'refused', words: 'refused the connection' },
  ETIMEDOUT: { fault: 'timeout', words: 'did not answer' },
  EHOSTUNREACH: { fault: 'unreachable', words: 'cannot be reached from here' },
  ENETUNREACH: { fault: 'unreachable', words: 'cannot be reached from here' },
  Z_BUF_ERROR: { fault: 'interrupted', words: 'sent packed data that ends too early' },
};

export interface TranslateOptions {
  readonly host: string;
  readonly purpose: 'source' | 'delivery';
  /** Whether the body had begun, so that a lost connection is an interruption. */
  readonly isInBody?: boolean;
}

/** The one translation of what Node, OpenSSL, zlib and axios throw. Errors of ours and bugs come back as they are. */
export function translateNetworkError(error: unknown, options: TranslateOptions): unknown {
  if (error instanceof InletError) return error;
  const root = rootOf(error);
  const trouble = troubleOf(root, options.isInBody ?? false);
  if (!trouble) return error;
  return new InletError(CODES[options.purpose][trouble.fault], {
    detail: `${options.host} ${trouble.words}.`,
    cause: root,
  });
}

/** Axios wraps what happened; its own error holds the whole request, secrets too, and must not travel on. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}

function troubleOf(error: unknown, isInBody: boolean): Trouble | undefined {
  if (error instanceof PrivateAddressError)
    return { fault: 'private', words: 'belongs to a private network' };
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return undefined;
  return (
    BY_CODE[code] ?? tlsTrouble(code, error.message) ?? lostTrouble(code, isInBody) ?? otherTrouble(code)
  );
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function tlsTrouble(code: string, message: string): Trouble | undefined {
  const words = TLS_WORDS[code];
  if (words) return { fault: 'tls', words };
  const isTls = /^(?:CERT_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/.test(code);
  if (isTls) return { fault: 'tls', words: `could not agree on a secure connection (${code})` };
  const isDuringHandshake = /before secure TLS connection/.test(message);
  return isDuringHandshake
    ? { fault: 'tls', words: 'closed the connection before it was secure' }
    : undefined;
}

function lostTrouble(code: string, isInBody: boolean): Trouble | undefined {
  if (!['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) return undefined;
  return isInBody
    ? { fault: 'interrupted', words: 'closed the connection before the file was complete' }
    : { fault: 'unreachable', words: 'closed the connection without an answer' };
}

function otherTrouble(code: string): Trouble | undefined {
  if (code.startsWith('HPE_'))
    return { fault: 'not_http', words: `gave an answer that is not HTTP (${code})` };
  if (/^(?:Z_|ERR__|ERR_BROTLI)/.test(code))
    return { fault: 'packed', words: 'sent packed data that is damaged' };
  if (code.startsWith('EAI_')) return { fault: 'dns', words: `could not be looked up (${code})` };
  // System errors are E and capitals; ERR_ ones of Node are mistakes of ours.
  return /^E(?!RR_)[A-Z0-9]+$/.test(code)
    ? { fault: 'unreachable', words: `cannot be reached (${code})` }
    : undefined;
}
