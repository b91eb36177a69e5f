import { Catalog } from './catalog.js';
import { DocumentStore } from './document-store.js';
import { Environment, type EnvironmentOptions } from './environment.js';
import { WriteQueue } from './write-queue.js';

/** One data directory, opened: the parts of the storage and the one way to write to them. */
export class Database {
  readonly environment: Environment;
  readonly catalog: Catalog;
  readonly documents: DocumentStore;
  private readonly queue: WriteQueue;

  constructor(options: EnvironmentOptions) {
    this.environment = new Environment(options);
    this.catalog = new Catalog(this.environment);
    this.documents = new DocumentStore(this.environment, this.catalog);
    this.queue = new WriteQueue(this.environment, { onStateUnknown: () => this.forget() });
  }

  /**
   * Runs work that writes: all of it or nothing. Resolves with its result when that is committed.
   * Work must look up collections itself, as others may have changed them before it runs.
   */
  write<T>(work: () => T, sizeBytes = 0): Promise<T> {
    return this.queue.run(() => {
      const result = work();
      this.documents.saveSizes();
      return result;
    }, sizeBytes);
  }

  /** Removes what is left of dropped collections and indexes, in small steps. */
  async removeGarbage(shouldStop: () => boolean): Promise<void> {
    while (!shouldStop() && this.catalog.hasGarbage())
      await this.write(() => this.catalog.removeSomeGarbage());
  }

  close(): Promise<void> {
    return this.environment.close();
  }

  private forget(): void {
    this.catalog.forget();
    this.documents.forgetSizes();
  }
}
