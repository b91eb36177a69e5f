import { InletError } from '@inlet/contracts';
import { completeAddress, isSchemeOpen, parseUrl, WITHOUT_TLS } from '@inlet/contracts/web-address';
import type { Context } from '../ports/context.js';
import { openBytes } from './open-source.js';

const LIMITS = { maxBytes: 1_000_000, deadlineMs: 10_000 };

/**
 * Completes an address that names no scheme: with `http:` if its server answers that way and does not speak TLS,
 * otherwise with `https:`. Returns any other address unchanged.
 */
export async function findScheme(context: Context, address: string): Promise<string> {
  const withTls = completeAddress(address);
  if (!isSchemeOpen(address) || parseUrl(withTls) === null) return address;
  const withoutTls = withTls.replace(/^https:/, 'http:');
  const code = await faultOf(context, withTls);
  const usesHttp =
    code !== null && WITHOUT_TLS.includes(code) && (await faultOf(context, withoutTls)) === null;
  return usesHttp ? withoutTls : withTls;
}

/** The code of the error that opening an address ends with; null if there is none. */
async function faultOf(context: Context, url: string): Promise<string | null> {
  try {
    const opened = await openBytes(context, { kind: 'url', url }, { limits: LIMITS });
    opened.close();
    return null;
  } catch (error) {
    if (error instanceof InletError) return error.code;
    throw error;
  }
}
