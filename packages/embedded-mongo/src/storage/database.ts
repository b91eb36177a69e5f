import { Catalog } from './catalog.js';
import { DocumentStore } from './document-store.js';
import { Environment, type EnvironmentOptions } from './environment.js';
import { checkFormatVersion } from './format-version.js';
import { WriteQueue } from './write-queue.js';

/** An open data directory: the parts of the storage and the only way to write to them. */
export class Database {
  readonly environment: Environment;
  readonly catalog: Catalog;
  readonly documents: DocumentStore;
  private readonly queue: WriteQueue;

  /** @throws NewerFormatError if a newer release wrote the directory. */
  constructor(options: EnvironmentOptions) {
    this.environment = new Environment(options);
    try {
      checkFormatVersion(this.environment, options.path);
    } catch (error) {
      void this.environment.close();
      throw error;
    }
    this.catalog = new Catalog(this.environment);
    this.documents = new DocumentStore(this.environment, this.catalog);
    this.queue = new WriteQueue(this.environment, { onStateUnknown: () => this.forget() });
  }

  /**
   * Runs work that writes, atomically, and resolves with its result after the commit.
   * The work must look up collections itself, because other writes may change them before it runs.
   */
  write<T>(work: () => T, sizeBytes = 0): Promise<T> {
    return this.queue.run(() => {
      const result = work();
      this.documents.saveSizes();
      return result;
    }, sizeBytes);
  }

  /** Removes the entries of dropped collections and indexes, in small steps. */
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
