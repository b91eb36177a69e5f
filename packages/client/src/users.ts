import type { ErasureView } from '@inlet/contracts';
import type { CallOptions, Sender } from './send-request.js';

/** End users of the host. */
export const userCalls = (sender: Sender) => ({
  /** Deletes everything that belongs to a user. The returned erasure goes on after the response. */
  erase: (externalUserId: string, options?: CallOptions): Promise<ErasureView> =>
    sender.json({ method: 'DELETE', path: `/users/${encodeURIComponent(externalUserId)}`, options }),

  getErasure: (erasureId: string, options?: CallOptions): Promise<ErasureView> =>
    sender.json({ method: 'GET', path: `/erasures/${encodeURIComponent(erasureId)}`, options }),
});
