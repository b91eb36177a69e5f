/** Shares a process's runs among projects and sites: no project starves another, no site is overrun. */
export interface RunSlots {
  /** Waits for a place; the result gives it back. Rejects with the signal's reason when it fires first. */
  take(runAttempt: { projectId: string; site: string; signal: AbortSignal }): Promise<() => void>;
  /** Whether so many of the project's runs wait here that there is no room for those of others. */
  isCrowdedBy(projectId: string): boolean;
}

interface Waiting {
  readonly projectId: string;
  readonly site: string;
  readonly start: () => void;
}

/** Of those that wait, the first one of the project with the fewest runs goes next, if its site has room. */
export function createRunSlots({ total, perSite }: { total: number; perSite: number }): RunSlots {
  const running = { count: 0, byProject: new Map<string, number>(), bySite: new Map<string, number>() };
  const waiting: Waiting[] = [];
  const projects = new Set<string>();

  const runsOf = (projectId: string) => running.byProject.get(projectId) ?? 0;
  const hasRoom = ({ site }: Waiting) => (running.bySite.get(site) ?? 0) < perSite;
  const startNext = () => {
    while (running.count < total) {
      const ready = waiting.filter(hasRoom);
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
    take({ projectId, site, signal }) {
      projects.add(projectId);
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason);
        };
        const entry: Waiting = {
          projectId,
          site,
          start: () => {
            signal.removeEventListener('abort', onAbort);
            let isGiven = false;
            resolve(() => {
              if (isGiven) return;
              isGiven = true;
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
    isCrowdedBy: (projectId) =>
      projects.size > 1 && waiting.filter((entry) => entry.projectId === projectId).length >= 2 * total,
  };
}

function add(counts: Map<string, number>, { key, by }: { key: string; by: number }): void {
  const value = (counts.get(key) ?? 0) + by;
  if (value === 0) counts.delete(key);
  else counts.set(key, value);
}
