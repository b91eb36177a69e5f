import type { KeyOwner, ProjectStore } from '../ports/store.js';
import { isValidAt } from './credentials.js';

/** The longest that another process accepts a secret key after it was rotated out. `docs/security.md` states it. */
const KEPT_MS = 2000;
/** Only keys of projects are kept, never wrong ones. A full cache is cleared. */
const MAX_KEPT = 10_000;

interface KeptOwner {
  readonly owner: KeyOwner;
  readonly readAt: Date;
}

/**
 * Keeps the owners of secret keys for two seconds, since every request of a host looks up its own. Every change of a
 * project through the returned store drops all of them. Owners of publishable keys are not kept: the origins of a
 * project decide about each session.
 */
export function keepKeyOwners(projects: ProjectStore): ProjectStore {
  const kept = new Map<string, KeptOwner>();
  let changes = 0;
  const dropAll = (): void => {
    changes += 1;
    kept.clear();
  };
  return {
    ...projects,

    async findByKeyHash(hash, now) {
      const known = kept.get(hash);
      if (known && isFresh(known, now)) return isValidAt(now)(known.owner) ? known.owner : null;
      const changesBefore = changes;
      const owner = await projects.findByKeyHash(hash, now);
      // An owner that was read during a change may be that from before it.
      if (owner?.kind === 'secret' && changes === changesBefore) {
        if (kept.size >= MAX_KEPT) kept.clear();
        kept.set(hash, { owner, readAt: now });
      } else kept.delete(hash);
      return owner;
    },

    async changeCredentials(projectId, change) {
      try {
        return await projects.changeCredentials(projectId, change);
      } finally {
        // An error does not say that nothing was changed.
        dropAll();
      }
    },

    async updateSettings(projectId, settings) {
      try {
        return await projects.updateSettings(projectId, settings);
      } finally {
        dropAll();
      }
    },
  };
}

/** False if the clock was set back since. */
function isFresh({ readAt }: KeptOwner, now: Date): boolean {
  const ageMs = now.getTime() - readAt.getTime();
  return ageMs >= 0 && ageMs < KEPT_MS;
}
