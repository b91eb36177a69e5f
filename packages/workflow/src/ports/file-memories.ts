/** A choice of a person about files of one shape, which is proposed for the next file of that shape. */
export interface FileMemory {
  readonly projectId: string;
  readonly templateId: string;
  readonly externalUserId: string;
  /** The property that the files share, and the kind of the choice. */
  readonly shape: string;
  /** JSON text. */
  readonly choice: string;
  readonly at: Date;
}

export interface FileMemoryQuery extends Pick<FileMemory, 'projectId' | 'templateId' | 'shape'> {
  /** undefined: of any user. */
  readonly externalUserId?: string | undefined;
}

export interface FileMemoryStore {
  /** Replaces the earlier one of this user. */
  keep(memory: FileMemory): Promise<void>;
  /** The newest one. */
  find(query: FileMemoryQuery): Promise<FileMemory | null>;
  /** Removes those of a user, for one template or for all. */
  removeOfUser(user: {
    readonly projectId: string;
    readonly externalUserId: string;
    readonly templateId?: string | undefined;
  }): Promise<void>;
}
