import type { Readable } from 'node:stream';
import { InletError } from '@inlet/contracts';
import { spanInWords } from './in-words.js';
import type { PostRequest, PostResult, WireOptions } from './place-contract.js';
import { splitCredentials } from './split-credentials.js';
import { createStopper, type Stopper } from './stopper.js';
import { translateNetworkError } from './translate-network-error.js';

const MAX_ANSWER_BYTES = 65_536;

/**
 * Sends a body and reads the answer, whatever its status. No redirect is followed. Throws the codes
 * `delivery_address_private`, `delivery_unreachable` and `delivery_timeout`, and the caller's abort reason.
 */
export async function postBody(request: PostRequest, wire: WireOptions): Promise<PostResult> {
  const { send, now, userAgent } = wire;
  const { url, headers } = splitCredentials(request.url);
  const stopper = createStopper(request.signal);
  const startedMs = now();
  stopper.stopAfter(request.timeoutMs, () => noAnswer(url.host, request.timeoutMs));
  try {
    const answer = await send({
      method: 'POST',
      url,
      headers: {
        'user-agent': userAgent,
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...headers,
        ...lowerCase(request.headers),
      },
      body: request.body,
      signal: stopper.signal,
    });
    return {
      status: answer.status,
      headers: answer.headers,
      answer: await readAnswer(answer.body, request.maxAnswerBytes ?? MAX_ANSWER_BYTES, stopper),
      durationMs: now() - startedMs,
    };
  } catch (error) {
    if (stopper.signal.aborted) throw stopper.signal.reason;
    throw translateNetworkError(error, { host: url.host, purpose: 'delivery' });
  } finally {
    stopper.release();
  }
}

/** What the receiver says counts from its status on, so a body that is huge, slow or broken is only cut. */
async function readAnswer(body: Readable, maxBytes: number, { signal }: Stopper): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const destroy = (): void => void body.destroy();
  signal.addEventListener('abort', destroy, { once: true });
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {
    // Cut short; see above.
  } finally {
    signal.removeEventListener('abort', destroy);
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function noAnswer(host: string, timeoutMs: number): InletError {
  return new InletError('delivery_timeout', {
    detail: `${host} did not answer within ${spanInWords(timeoutMs)}.`,
  });
}
