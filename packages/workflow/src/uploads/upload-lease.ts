import { leaseClaims } from '../execution/lease-claims.js';
import type { Context } from '../ports/context.js';
import type { Upload, UploadRef } from '../ports/uploads.js';

/** The work on an upload belongs to another process now, or the process stops. */
class UploadLeaseLost extends Error {
  override readonly name = 'UploadLeaseLost';
}

export interface UploadLease {
  /** The upload as it was when the lease began. */
  readonly upload: Upload;
  readonly owner: string;
  /** Fires with `UploadLeaseLost` when the work must stop. */
  readonly signal: AbortSignal;
}

const RENEW_EVERY_MS = 1000;

/**
 * Calls `body` as the one process that works on an upload, and renews the lease until it ends; again while it returns
 * true. Does nothing if another process has the lease.
 */
export async function withUploadLease(
  context: Context,
  ref: UploadRef,
  options: { readonly stopSignal: AbortSignal; readonly body: (lease: UploadLease) => Promise<boolean> },
): Promise<void> {
  while (!options.stopSignal.aborted && (await leaseOnce(context, ref, options)));
}

async function leaseOnce(
  context: Context,
  ref: UploadRef,
  options: Parameters<typeof withUploadLease>[2],
): Promise<boolean> {
  const claim = leaseClaims(context);
  const lease = () => context.store.uploads.lease(ref, claim());
  const { owner } = claim();
  const upload = await lease();
  if (upload === null) return false;
  const stop = new AbortController();
  const renew = async () => {
    const renewed = await lease().catch((error: unknown) => {
      context.log.warn({ uploadId: ref.uploadId, error }, 'failed to renew the lease of an upload');
      return upload;
    });
    if (renewed === null) stop.abort(new UploadLeaseLost('another process works on the upload'));
  };
  const timer = setInterval(renew, RENEW_EVERY_MS);
  const signal = AbortSignal.any([stop.signal, options.stopSignal]);
  try {
    return await options.body({ upload, owner, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  } finally {
    clearInterval(timer);
    await context.store.uploads.endLease(ref, owner);
  }
}
