import { siteOf } from '@inlet/contracts';
import type { Job } from '../ports/model.js';
import type { WorkOptions } from '../ports/queue.js';

interface SlotRequest {
  readonly projectId: string;
  readonly site: string;
  readonly signal: AbortSignal;
  /** Workers that share the limit of a site. */
  readonly workerCount: number;
}

/** Shares a process's runs among projects and sites: no project starves another, no site is overloaded. */
export interface RunSlots {
  /** Waits for a slot and returns a function that frees it. Rejects with the signal's reason if that fires first. */
  take(request: SlotRequest): Promise<() => void>;
}

export interface SlottedWorkOptions extends WorkOptions {
  readonly slots: RunSlots;
}

/** Takes a slot for a run of a job; null if the worker is asked to stop first. */
export function takeSlot(
  { slots, signal, workerCount = 1 }: SlottedWorkOptions,
  job: Pick<Job, 'id' | 'projectId' | 'source'>,
): Promise<(() => void) | null> {
  // Uploads come from no site; their job runs one at a time anyway.
  const site = job.source === null ? job.id : siteOf(job.source);
  const request = { projectId: job.projectId, site, signal, workerCount };
  return slots.take(request).catch(() => null);
}

interface Waiting {
  readonly projectId: string;
  readonly site: string;
  /** Runs of the site in this process with which this one may start. */
  readonly perSite: number;
  readonly start: () => void;
}

/** If all slots are taken, a project without a run gets one more: others may hold theirs for hours. */
const EXTRA_SLOTS = 1;

/**
 * The next slot goes to the first waiting run of the project with the fewest runs, if its site has room. `perSite` is
 * divided among the workers; each may fetch from a site.
 */
export function createRunSlots({ total, perSite }: { total: number; perSite: number }): RunSlots {
  const running = { count: 0, byProject: new Map<string, number>(), bySite: new Map<string, number>() };
  const waiting: Waiting[] = [];

  const runsOf = (projectId: string) => running.byProject.get(projectId) ?? 0;
  const hasSlot = (projectId: string) =>
    running.count < total || (runsOf(projectId) === 0 && running.count < total + EXTRA_SLOTS);
  const isReady = (entry: Waiting) =>
    hasSlot(entry.projectId) && (running.bySite.get(entry.site) ?? 0) < entry.perSite;
  const startNext = () => {
    for (;;) {
      const ready = waiting.filter(isReady);
      if (ready.length === 0) return;
      const next = ready.reduce((best, one) => (runsOf(one.projectId) < runsOf(best.projectId) ? one : best));
      waiting.splice(waiting.indexOf(next), 1);
      count(next, 1);
      next.start();
    }
  };
  const count = ({ projectId, site }: Waiting, by: 1 | -1) => {
    running.count += by;
    add(running.byProject, { key: projectId, by });
    add(running.bySite, { key: site, by });
  };

  return {
    take({ projectId, site, signal, workerCount }) {
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason);
        };
        const entry: Waiting = {
          projectId,
          site,
          perSite: Math.max(1, Math.floor(perSite / workerCount)),
          start: () => {
            signal.removeEventListener('abort', onAbort);
            let isFreed = false;
            resolve(() => {
              if (isFreed) return;
              isFreed = true;
              count(entry, -1);
              startNext();
            });
          },
        };
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        signal.addEventListener('abort', onAbort);
        waiting.push(entry);
        startNext();
      });
    },
  };
}

function add(counts: Map<string, number>, { key, by }: { key: string; by: number }): void {
  const value = (counts.get(key) ?? 0) + by;
  if (value === 0) counts.delete(key);
  else counts.set(key, value);
}
