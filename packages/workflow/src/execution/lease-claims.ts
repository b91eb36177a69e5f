import type { Context } from '../ports/context.js';

type LeaseContext = Pick<Context, 'settings' | 'now' | 'randomBytes'>;

/** Unique, so that a process that takes over work which it lost itself does not continue both. */
export const newLeaseOwner = ({ settings, randomBytes }: LeaseContext): string =>
  `${settings.workerId}/${randomBytes(8).toString('hex')}`;

export const leaseEnd = ({ settings, now }: Pick<LeaseContext, 'settings' | 'now'>): Date =>
  new Date(now().getTime() + settings.leaseMs);

export interface LeaseClaim {
  readonly owner: string;
  readonly now: Date;
  readonly until: Date;
}

/** Returns a function whose calls take and renew a lease in the name of one owner. */
export function leaseClaims(context: LeaseContext): () => LeaseClaim {
  const owner = newLeaseOwner(context);
  return () => ({ owner, now: context.now(), until: leaseEnd(context) });
}
