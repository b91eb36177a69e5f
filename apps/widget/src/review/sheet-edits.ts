import type { Operation, SheetOperation, SheetPatch, SheetPatchResult } from '@inlet/contracts';

export type PatchAnswer = SheetPatchResult | { readonly operation: Operation };

export interface SheetEditsOptions {
  readonly patch: (patch: SheetPatch) => Promise<PatchAnswer>;
  readonly onAnswer: (answer: PatchAnswer) => void;
  /** The edit did not reach the server; the ones after it are dropped too, because they may build on it. */
  readonly onProblem: (problem: unknown) => void;
  readonly onBusy: (isBusy: boolean) => void;
}

interface Waiting {
  readonly operations: readonly SheetOperation[];
  readonly resolve: (answer: PatchAnswer | null) => void;
}

/** Sends the edits of a person one after the other, each on the revision that the one before it made. */
export class SheetEdits {
  private readonly options: SheetEditsOptions;
  private readonly queue: Waiting[] = [];
  private isRunning = false;
  private revision = 0;

  constructor(options: SheetEditsOptions) {
    this.options = options;
  }

  /** Takes the revision of rows that were loaded: an edit is based on what the person saw. */
  sawRevision(revision: number): void {
    this.revision = Math.max(this.revision, revision);
  }

  /** Resolves with the answer; null if it failed. */
  send(operations: readonly SheetOperation[]): Promise<PatchAnswer | null> {
    return new Promise((resolve) => {
      this.queue.push({ operations, resolve });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    const { patch, onAnswer, onProblem, onBusy } = this.options;
    this.isRunning = true;
    onBusy(true);
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const answer = await patch({ baseRevision: this.revision, operations: [...next.operations] }).catch(
        (problem: unknown) => {
          onProblem(problem);
          for (const { resolve } of this.queue.splice(0)) resolve(null);
          return null;
        },
      );
      if (answer && 'revision' in answer) this.sawRevision(answer.revision);
      if (answer) onAnswer(answer);
      next.resolve(answer);
    }
    this.isRunning = false;
    onBusy(false);
  }
}
