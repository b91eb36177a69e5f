import { isUtf8 } from 'node:buffer';
import { InletError } from '@inlet/contracts';
import type { HttpOptions } from './http-connector.js';
import { createHttpSender, type HttpResponse } from './http-sender.js';
import { parseHttpTarget } from './http-target.js';
import { spanInWords } from './in-words.js';
import { createStopper } from './stopper.js';
import { translateNetworkError } from './translate-network-error.js';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The parts of the body, which are sent one after the other as one. */
  readonly body: readonly Buffer[];
  /** From resolving the host name to the last byte of the response. */
  readonly timeoutMs: number;
  /** A longer response is cut here; default 64 KB. */
  readonly maxAnswerBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PostResult {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body of the response: its start, if it is too large or broken. */
  readonly answer: string;
  /** Why `answer` is not the whole text of the response; null if it is. */
  readonly answerFault: AnswerFault | null;
  readonly durationMs: number;
}

/** `encoded`: compressed, although the request forbids it. `not_utf8`: some bytes are replaced in the text. */
export type AnswerFault = 'too_large' | 'cut_off' | 'encoded' | 'not_utf8';

export interface WebhookClient {
  /**
   * Sends a body and returns the response, whatever its status. Follows no redirects. Throws InletError with the codes
   * `delivery_address_private`, `delivery_unreachable` and `delivery_timeout`, or the reason of the signal.
   */
  post(request: PostRequest): Promise<PostResult>;
}

const MAX_ANSWER_BYTES = 65_536;

/** Posts to webhooks with HTTP and HTTPS, through the guard. */
export function createWebhookClient({ guard, userAgent, now }: HttpOptions): WebhookClient {
  const send = createHttpSender(guard);
  return {
    post: async (request) => {
      const { url, headers } = parseHttpTarget(request.url);
      const stopper = createStopper(request.signal);
      const startedMs = now();
      stopper.stopAfter(request.timeoutMs, () => noResponse(url.host, request.timeoutMs));
      try {
        const response = await send({
          method: 'POST',
          url,
          headers: {
            'user-agent': userAgent,
            accept: 'application/json',
            'accept-encoding': 'identity',
            ...headers,
            ...withLowerCaseNames(request.headers),
          },
          body: request.body,
          signal: stopper.signal,
        });
        const maxBytes = request.maxAnswerBytes ?? MAX_ANSWER_BYTES;
        return {
          status: response.status,
          headers: response.headers,
          ...(await readAnswer(response, maxBytes, stopper.signal)),
          durationMs: now() - startedMs,
        };
      } catch (error) {
        if (stopper.signal.aborted) throw stopper.signal.reason;
        throw translateNetworkError(error, { host: url.host, purpose: 'delivery' });
      } finally {
        stopper.dispose();
      }
    },
  };
}

/**
 * Reads a response's body. The receiver has decided once it sends a status, so a body that is huge, slow or broken is
 * cut, and is not an error of the request.
 */
async function readAnswer(
  { body, headers }: HttpResponse,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Pick<PostResult, 'answer' | 'answerFault'>> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isCutOff = false;
  const destroy = (): void => void body.destroy();
  signal.addEventListener('abort', destroy, { once: true });
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) break;
    }
  } catch {
    isCutOff = true;
  } finally {
    signal.removeEventListener('abort', destroy);
  }
  const bytes = Buffer.concat(chunks).subarray(0, maxBytes);
  const isEncoded = (headers['content-encoding'] ?? 'identity') !== 'identity' && length > 0;
  const answerFault = length > maxBytes ? 'too_large' : isCutOff ? 'cut_off' : isEncoded ? 'encoded' : null;
  return { answer: bytes.toString('utf8'), answerFault: answerFault ?? (isUtf8(bytes) ? null : 'not_utf8') };
}

function withLowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function noResponse(host: string, timeoutMs: number): InletError {
  return new InletError('delivery_timeout', {
    detail: `${host} did not answer within ${spanInWords(timeoutMs)}.`,
  });
}
