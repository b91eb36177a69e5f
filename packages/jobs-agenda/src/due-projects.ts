import type { MongoJobRepository } from '@agendajs/mongo-backend';

type WorkCollection = MongoJobRepository['collection'];

export interface DueProjectsOptions {
  readonly collection: () => WorkCollection;
  /** How often workers look for due work. */
  readonly pollMs: number;
}

/** The projects with due entries of one kind, as last read, those with the oldest entries first. */
interface Reading {
  /** How many due entries a project has at least. */
  readonly dueByProject: Map<string, number>;
  readonly endsAtMs: number;
}

export interface DueQuery {
  readonly name: string;
  /** Entries whose time is before this are due. */
  readonly until: Date;
}

/** The index of unlocked entries of a kind by project, in the order of their times. */
export const BY_PROJECT = {
  name: 1,
  lockedAt: 1,
  'data.projectId': 1,
  nextRunAt: 1,
  disabled: 1,
} as const;
/** The oldest due entries that are read to find projects. If there are fewer, they are all that is due. */
const HEAD = 64;
/** A reading that took long is used for that long again, but not for longer than this: new projects must not wait. */
const MAX_AGE_MS = 1000;

/**
 * Finds the projects that have due work in the store, whatever this process has seen before. Usually the oldest due
 * entries are all that is due. If there are many, they may all be of one project: then each project that has entries is
 * looked up by one seek in an index, at a cost that does not depend on the number of due entries.
 */
export class DueProjects {
  private readonly options: DueProjectsOptions;
  private readonly readings = new Map<string, Reading>();

  constructor(options: DueProjectsOptions) {
    this.options = options;
  }

  /** Projects with due entries of a kind; empty if nothing is due. */
  async list({ name, until }: DueQuery): Promise<readonly string[]> {
    const known = this.readings.get(name);
    if (known && known.dueByProject.size > 0 && performance.now() < known.endsAtMs)
      return [...known.dueByProject.keys()];
    const startedAt = performance.now();
    const dueByProject = await this.read({ name, until });
    const endedAt = performance.now();
    const usableMs = Math.min(MAX_AGE_MS, Math.max(this.options.pollMs, endedAt - startedAt));
    this.readings.set(name, { dueByProject, endsAtMs: endedAt + usableMs });
    return [...dueByProject.keys()];
  }

  /** Notes that an entry of a project is due, which the last reading may not contain. */
  add(name: string, projectId: string): void {
    const known = this.readings.get(name)?.dueByProject;
    known?.set(projectId, (known.get(projectId) ?? 0) + 1);
  }

  /** Notes that one entry of a project was locked, or that none was found. */
  take(name: string, projectId: string, { isFound }: { isFound: boolean }): void {
    const known = this.readings.get(name)?.dueByProject;
    const left = (known?.get(projectId) ?? 0) - 1;
    if (isFound && left > 0) known?.set(projectId, left);
    else known?.delete(projectId);
  }

  private async read({ name, until }: DueQuery): Promise<Map<string, number>> {
    const head = await this.options
      .collection()
      .find(dueFilter({ name, until }), { projection: { 'data.projectId': 1 }, sort: { nextRunAt: 1 } })
      .limit(HEAD)
      .toArray();
    const dueByProject = new Map<string, number>();
    for (const entry of head) {
      const projectId = projectOf(entry);
      dueByProject.set(projectId, (dueByProject.get(projectId) ?? 0) + 1);
    }
    if (head.length === HEAD)
      for await (const projectId of this.seekProjects({ name, until }))
        dueByProject.set(projectId, Number.POSITIVE_INFINITY);
    return dueByProject;
  }

  /** Each project with due entries, by one or two seeks for each project with entries. */
  private async *seekProjects({ name, until }: DueQuery): AsyncGenerator<string> {
    const unlocked = { name, lockedAt: null };
    for (let last = ''; ; ) {
      const first = await this.findFirst({ ...unlocked, 'data.projectId': { $gt: last } });
      if (!first) return;
      last = projectOf(first);
      const at = first.disabled === true ? null : first.nextRunAt;
      if (at ? at <= until : await this.isDue({ name, until }, last)) yield last;
    }
  }

  /** Entries without a time, or that are disabled, may come before a due one. */
  private async isDue(query: DueQuery, projectId: string): Promise<boolean> {
    return (await this.findFirst({ ...dueFilter(query), 'data.projectId': projectId })) !== null;
  }

  private findFirst(filter: object) {
    return this.options.collection().findOne(filter, {
      projection: { 'data.projectId': 1, nextRunAt: 1, disabled: 1 },
      sort: { 'data.projectId': 1, nextRunAt: 1 },
      hint: BY_PROJECT,
    });
  }
}

/** Unlocked entries of a kind that are due. */
export const dueFilter = <Name extends string | { readonly $in: readonly string[] }>({
  name,
  until,
}: {
  readonly name: Name;
  readonly until: Date;
}) => ({
  name,
  lockedAt: null,
  nextRunAt: { $lte: until },
  disabled: { $ne: true },
});

/** Work of the installation, such as maintenance, belongs to no project. */
export const projectOf = (entry: { readonly data?: unknown }): string => {
  const { data } = entry;
  if (typeof data !== 'object' || data === null || !('projectId' in data)) return '';
  return typeof data.projectId === 'string' ? data.projectId : '';
};
