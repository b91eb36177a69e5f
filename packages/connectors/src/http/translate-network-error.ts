import { type ErrorCode, InletError } from '@inlet/contracts';
import { PrivateAddressError } from '../guard/guard.js';

type Fault =
  | 'private'
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'tls'
  | 'no_tls'
  | 'timeout'
  | 'interrupted'
  | 'not_http'
  | 'damaged';

interface NetworkFault {
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
    no_tls: 'source_no_tls',
    timeout: 'source_timeout',
    interrupted: 'source_interrupted',
    not_http: 'source_http_error',
    damaged: 'source_malformed',
  },
  delivery: {
    private: 'delivery_address_private',
    dns: 'delivery_unreachable',
    refused: 'delivery_unreachable',
    unreachable: 'delivery_unreachable',
    tls: 'delivery_unreachable',
    no_tls: 'delivery_unreachable',
    timeout: 'delivery_timeout',
    interrupted: 'delivery_unreachable',
    not_http: 'delivery_unreachable',
    damaged: 'delivery_unreachable',
  },
};

const TLS_WORDS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'does not send its intermediate certificates',
  UNABLE_TO_GET_ISSUER_CERT: 'has a certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate of an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  CERT_REVOKED: 'has a certificate that was revoked',
};

/** OpenSSL takes an answer in another protocol, such as plain HTTP, for a TLS record with odd numbers. */
const NOT_TLS = /wrong.version.number|packet.length.too.long|http.request/i;

const BY_CODE: Record<string, NetworkFault> = {
  ENOTFOUND: { fault: 'dns', words: 'has no address' },
  ENODATA: { fault: 'dns', words: 'has no address' },
  EAI_AGAIN: { fault: 'dns', words: 'could not be resolved at the moment' },
  ECONNREFUSED: { fault: 'refused', words: 'refused the connection' },
  ETIMEDOUT: { fault: 'timeout', words: 'did not answer' },
  EHOSTUNREACH: { fault: 'unreachable', words: 'cannot be reached from here' },
  ENETUNREACH: { fault: 'unreachable', words: 'cannot be reached from here' },
  Z_BUF_ERROR: { fault: 'interrupted', words: 'sent compressed data that ends too early' },
};

export interface TranslateOptions {
  readonly host: string;
  readonly purpose: 'source' | 'delivery';
  /** Whether the body had begun. If so, a lost connection counts as an interruption. */
  readonly isInBody?: boolean | undefined;
}

/**
 * Translates errors of Node, OpenSSL, zlib and axios to an InletError. Returns other errors unchanged: an InletError,
 * and errors that can only come from a bug.
 */
export function translateNetworkError(error: unknown, options: TranslateOptions): unknown {
  if (error instanceof InletError) return error;
  const root = rootOf(error);
  const found = faultOf(root, options.isInBody ?? false);
  if (!found) return error;
  return new InletError(CODES[options.purpose][found.fault], {
    detail: `${options.host} ${found.words}.`,
    cause: root,
  });
}

/** Unwraps an error of axios, which contains the whole request with its secrets and must not reach logs. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}

function faultOf(error: unknown, isInBody: boolean): NetworkFault | undefined {
  if (error instanceof PrivateAddressError)
    return { fault: 'private', words: 'belongs to a private network' };
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return undefined;
  return BY_CODE[code] ?? tlsFault(code, error.message) ?? lostConnection(code, isInBody) ?? otherFault(code);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function tlsFault(code: string, message: string): NetworkFault | undefined {
  const words = TLS_WORDS[code];
  if (words) return { fault: 'tls', words };
  if (NOT_TLS.test(`${code} ${message}`)) return { fault: 'no_tls', words: 'does not answer with TLS' };
  const isTls = /^(?:CERT_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/.test(code);
  if (isTls) return { fault: 'tls', words: `could not agree on a secure connection (${code})` };
  const isDuringHandshake = /before secure TLS connection/.test(message);
  return isDuringHandshake
    ? { fault: 'tls', words: 'closed the connection before it was secure' }
    : undefined;
}

function lostConnection(code: string, isInBody: boolean): NetworkFault | undefined {
  if (!['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) return undefined;
  return isInBody
    ? { fault: 'interrupted', words: 'closed the connection before the file was complete' }
    : { fault: 'unreachable', words: 'closed the connection without a response' };
}

function otherFault(code: string): NetworkFault | undefined {
  if (code.startsWith('HPE_'))
    return { fault: 'not_http', words: `sent a response that is not HTTP (${code})` };
  if (/^(?:Z_|ERR__|ERR_BROTLI)/.test(code))
    return { fault: 'damaged', words: 'sent compressed data that is damaged' };
  if (code.startsWith('EAI_')) return { fault: 'dns', words: `could not be resolved (${code})` };
  // System errors are an E followed by capitals. Node's ERR_ codes report bugs in the calling code.
  return /^E(?!RR_)[A-Z0-9]+$/.test(code)
    ? { fault: 'unreachable', words: `cannot be reached (${code})` }
    : undefined;
}
