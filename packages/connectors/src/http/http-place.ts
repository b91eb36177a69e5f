import type { Guard } from './guard.js';
import { openUrl } from './open-url.js';
import type { HttpPlace, WireOptions } from './place-contract.js';
import { postBody } from './post-body.js';
import { createSendRequest } from './send-request.js';

/** HTTP and HTTPS through the guard. `now` gives milliseconds since 1970. */
export function createHttpPlace(options: { guard: Guard; userAgent: string; now: () => number }): HttpPlace {
  const { guard, userAgent, now } = options;
  const wire: WireOptions = { send: createSendRequest(guard), userAgent, now };
  return {
    open: (request) => openUrl(request, wire),
    post: (request) => postBody(request, wire),
    close: () => {
      guard.httpAgent.destroy();
      guard.httpsAgent.destroy();
    },
  };
}
