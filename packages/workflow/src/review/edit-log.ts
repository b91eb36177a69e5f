import type { EditEntry, OverlayRef, PageEntry } from '../ports/uploads.js';

/** Pages of rows that people added have numbers from here on. */
export const FIRST_ADDED_PAGE = 1_000_000;

/** An entry that counts. */
export interface AppliedEntry {
  readonly entry: EditEntry;
  /** The overlays of its pages before it; null for none. */
  readonly before: ReadonlyMap<number, string | null>;
  /** The steps that could be redone before it. */
  readonly redoableBefore: readonly AppliedEntry[];
}

/** The entries of a sheet that count: the overlay of each page, and the steps that can be undone and redone. */
export class EditLog {
  lastId: string | null = null;
  /** Revision of the last entry. */
  revision = 0;
  private readonly applied: AppliedEntry[] = [];
  private readonly overlays = new Map<number, string>();
  private readonly undoable: AppliedEntry[] = [];
  private redoable: readonly AppliedEntry[] = [];
  private added: { readonly page: PageEntry; readonly entryId: string }[] = [];
  private readonly takenBack = new Set<string>();

  /**
   * The entries that lead to the last one of the upload, in order, without those that never counted; null if they do
   * not continue this log.
   */
  select(entries: readonly EditEntry[], lastEditId: string | null): EditEntry[] | null {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const path: EditEntry[] = [];
    for (let id = lastEditId; id !== this.lastId; ) {
      const entry = id === null ? undefined : byId.get(id);
      if (!entry) return null;
      path.push(entry);
      id = entry.previousId;
    }
    return path.reverse();
  }

  /** Adds the next entry. Returns the overlays of its pages before it. */
  apply(entry: EditEntry): AppliedEntry {
    const before = new Map(entry.overlays.map(({ page }) => [page, this.overlays.get(page) ?? null]));
    const applied = { entry, before, redoableBefore: this.redoable };
    for (const { page, overlayId } of entry.overlays) {
      if (overlayId === null) this.overlays.delete(page);
      else this.overlays.set(page, overlayId);
    }
    this.applied.push(applied);
    this.lastId = entry.id;
    this.revision = entry.revision;
    for (const page of entry.addedPages) this.added.push({ page, entryId: entry.id });
    this.noteStep(applied);
    return applied;
  }

  /** Takes the last entry away again, which turned out not to count. */
  revert({ entry, before, redoableBefore }: AppliedEntry): void {
    if (this.applied.pop()?.entry !== entry) throw new Error(`entry ${entry.id} is not the last one`);
    for (const [page, overlayId] of before) {
      if (overlayId === null) this.overlays.delete(page);
      else this.overlays.set(page, overlayId);
    }
    this.lastId = entry.previousId;
    this.revision = this.applied.at(-1)?.entry.revision ?? 0;
    this.added = this.added.filter(({ entryId }) => entryId !== entry.id);
    if (entry.kind === 'edit') {
      this.undoable.pop();
      this.redoable = redoableBefore;
      return;
    }
    const step = redoableBefore.at(-1);
    if (entry.kind === 'redo') {
      this.undoable.pop();
      if (step) this.takenBack.add(step.entry.id);
    } else {
      const undone = this.redoable.at(-1);
      if (undone) {
        this.undoable.push(undone);
        this.takenBack.delete(undone.entry.id);
      }
    }
    this.redoable = redoableBefore;
  }

  private noteStep(applied: AppliedEntry): void {
    const { kind, of } = applied.entry;
    if (kind === 'edit') {
      this.undoable.push(applied);
      this.redoable = [];
      return;
    }
    const step = kind === 'undo' ? this.undoable.pop() : this.redoable.at(-1);
    if (step?.entry.id !== of) throw new Error(`entry ${applied.entry.id} does not continue the edit log`);
    if (kind === 'undo') {
      this.redoable = [...this.redoable, step];
      this.takenBack.add(step.entry.id);
    } else {
      this.redoable = this.redoable.slice(0, -1);
      this.undoable.push(step);
      this.takenBack.delete(step.entry.id);
    }
  }

  /** The overlays that count now. */
  overlayRefs(): OverlayRef[] {
    return [...this.overlays].map(([page, overlayId]) => ({ page, overlayId }));
  }

  overlayOf(page: number): string | null {
    return this.overlays.get(page) ?? null;
  }

  /** The overlay that the page had at a revision. */
  overlayAt(page: number, revision: number): string | null {
    let found = this.overlayOf(page);
    for (let index = this.applied.length - 1; index >= 0; index -= 1) {
      const { entry, before } = this.applied[index]!;
      if (entry.revision <= revision) break;
      found = before.get(page) === undefined ? found : (before.get(page) ?? null);
    }
    return found;
  }

  /** The next step to undo. */
  get lastStep(): AppliedEntry | undefined {
    return this.undoable.at(-1);
  }

  /** The next step to redo. */
  get nextStep(): AppliedEntry | undefined {
    return this.redoable.at(-1);
  }

  /** Every page of rows that people added, in order, also if that was undone: their ids are never used again. */
  get addedPages(): readonly { readonly page: PageEntry; readonly isVisible: boolean }[] {
    return this.added.map(({ page, entryId }) => ({ page, isVisible: !this.takenBack.has(entryId) }));
  }
}
