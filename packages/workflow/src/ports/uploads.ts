import type {
  Column,
  ErrorSummary,
  Heading,
  ImportInput,
  JsonValue,
  Mapping,
  Page,
  PageQuery,
  SheetCounts,
  UploadFile,
  UploadHeader,
  UploadOrigin,
  UploadStatus,
} from '@inlet/contracts';

export interface UploadRef {
  readonly projectId: string;
  readonly uploadId: string;
}

export interface FileRef extends UploadRef {
  readonly fileId: string;
}

export interface UploadFinish {
  readonly revision: number;
  readonly runId: string;
  /** Rows that the receiver has already are sent, too. */
  readonly includeUnchanged: boolean;
}

/** Rows that the receiver has rejected. They are stored like overlays, whose page numbers count the parts. */
export interface RejectionsRef {
  readonly id: string;
  readonly parts: number;
}

/** How an upload goes on by itself, which came without a person. */
export interface UploadAutomation {
  /** null: as suggested. */
  readonly mapping: Mapping | null;
  readonly onInvalid: ImportInput['onInvalid'];
  /** It is delivered, or a person has to go on. */
  readonly isEnded: boolean;
  /** Ids of the event that says so, and of the run that it belongs to if none has sent rows. */
  readonly deliveryId: string;
  readonly runId: string;
}

/** A link to the page on which this upload, and nothing else, can be reviewed. */
export interface ReviewLink {
  readonly id: string;
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** A stored upload. */
export interface Upload {
  readonly id: string;
  readonly projectId: string;
  readonly templateId: string;
  readonly externalUserId: string;
  /** The job of kind `upload` of this template and user. */
  readonly jobId: string;
  readonly origin: UploadOrigin;
  readonly label: string;
  /** Language of the person, which weighs in the detection of encodings; null if it is not known. */
  readonly locale: string | null;
  readonly extra: JsonValue;
  /** Columns of the session that made the upload; they replace those of the template. */
  readonly columns: readonly Column[] | null;
  readonly status: UploadStatus;
  readonly files: readonly UploadFile[];
  readonly header: UploadHeader | null;
  readonly headings: readonly Heading[];
  readonly mapping: Mapping | null;
  /** Paths of columns of the file that are kept beside those of the template. */
  readonly customColumns: readonly string[];
  readonly counts: SheetCounts;
  /**
   * Number of the pages that count: a file that is read again, for example in another encoding, gets new ones under a
   * higher number. 0 before the first.
   */
  readonly scan: number;
  /** Whether all pages of the scan are stored. */
  readonly isScanned: boolean;
  /** Raised by each change of header, mapping, cells and rows. */
  readonly revision: number;
  /** Id of the last entry of the edit log; null before the first. Every entry names the one before it. */
  readonly lastEditId: string | null;
  /** The last finish: a second one of the same revision returns its run. */
  readonly finish: UploadFinish | null;
  /** null if none of the rows was rejected, or they were read or mapped again since. */
  readonly rejections: RejectionsRef | null;
  readonly runIds: readonly string[];
  /** Those of its runs that were taken back. */
  readonly undoneRunIds: readonly string[];
  /** When its files and its sheet were removed; null while they are kept. */
  readonly contentsRemovedAt: Date | null;
  readonly error: ErrorSummary | null;
  /** null for an upload that a person makes. */
  readonly automation: UploadAutomation | null;
  readonly reviewLinks: readonly ReviewLink[];
  /** The process that receives, scans or checks, and the end of its lease, after which another may go on. */
  readonly leaseOwner: string | null;
  readonly leaseUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
}

export const uploadRef = ({ projectId, id }: Pick<Upload, 'projectId' | 'id'>): UploadRef => ({
  projectId,
  uploadId: id,
});

export type UploadChanges = Partial<
  Omit<Upload, 'id' | 'projectId' | 'templateId' | 'externalUserId' | 'origin' | 'createdAt' | 'updatedAt'>
>;

/** The state in which a change is made, else it is not; a field that is left out does not matter. */
export interface UploadCondition {
  readonly revision?: number | undefined;
  readonly scan?: number | undefined;
  readonly statuses?: readonly UploadStatus[] | undefined;
  readonly leaseOwner?: string | undefined;
  readonly updatedAt?: Date | undefined;
}

export interface UploadUpdate {
  readonly changes: UploadChanges;
  /** A file that is taken out in the same change. */
  readonly removedFileId?: string | undefined;
  readonly condition?: UploadCondition | undefined;
  readonly now: Date;
}

export interface UploadsQuery extends PageQuery {
  readonly externalUserId?: string | undefined;
  readonly templateId?: string | undefined;
  readonly status?: UploadStatus | undefined;
  /** Whether a run was made that sends their rows. */
  readonly isSent?: boolean | undefined;
}

export interface LeaseOfUpload {
  readonly owner: string;
  readonly now: Date;
  readonly until: Date;
}

export interface UploadUserRef {
  readonly projectId: string;
  readonly externalUserId: string;
}

/** Statuses of uploads that somebody can still go on with. */
export const UNFINISHED_UPLOADS: readonly UploadStatus[] = [
  'receiving',
  'mapping',
  'checking',
  'needs_review',
  'delivering',
];

export interface UploadStore {
  insert(upload: Upload): Promise<void>;
  get(upload: UploadRef): Promise<Upload | null>;
  /** The newest first. */
  list(projectId: string, query: UploadsQuery): Promise<Page<Upload>>;
  /** One atomic change; null if the upload is gone or the condition does not hold. */
  change(upload: UploadRef, update: UploadUpdate): Promise<Upload | null>;
  /**
   * Adds a file, atomically, to an upload that receives files or has none of its columns mapped: all its files are read
   * again. null if the upload is gone, is further than that, or has `maxFiles` files.
   */
  addFile(
    upload: UploadRef,
    file: UploadFile,
    options: { maxFiles: number; now: Date },
  ): Promise<Upload | null>;
  /** Changes members of one file of the upload, atomically; null if either is gone. */
  changeFile(file: FileRef, changes: Partial<Omit<UploadFile, 'id'>>, now: Date): Promise<Upload | null>;
  /** The latest completed upload of the same user and template that has a file with these bytes. */
  findSame(upload: Upload, sha256: string): Promise<Upload | null>;
  /** Takes or renews the lease; null if another process has it, or the upload is gone. */
  lease(upload: UploadRef, lease: LeaseOfUpload): Promise<Upload | null>;
  endLease(upload: UploadRef, owner: string): Promise<void>;
  /** Uploads that a process was receiving, scanning or checking when its lease ended. */
  listAbandoned(options: { before: Date; limit: number }): Promise<readonly Upload[]>;
  /** Uploads whose rows a run sends, and that were not changed since `before`. */
  listDelivering(options: { before: Date; limit: number }): Promise<readonly Upload[]>;
  /** Uploads that go on by themselves, and that were not changed since `before`. */
  listAutomatic(options: { before: Date; limit: number }): Promise<readonly Upload[]>;
  /** The upload, of whatever project, of a review link. */
  findByReviewToken(tokenHash: string): Promise<Upload | null>;
  /** Uploads that expired before, whatever their project. */
  listExpired(options: { before: Date; limit: number }): Promise<readonly Upload[]>;
  /** Numbers of the unfinished uploads of a user, and of those that were made after `since`. */
  usageOfUser(
    user: UploadUserRef,
    options: { since: Date },
  ): Promise<{ readonly unfinished: number; readonly recent: number }>;
  /** Lets all uploads of a project expire at `latest`, or earlier. */
  shortenExpiry(projectId: string, options: { latest: Date }): Promise<void>;
  /** Received bytes of all files of a project that are kept. */
  usageOfProject(projectId: string): Promise<{ readonly bytes: number }>;
  /** Its file and sheet must be removed before: nothing leads to them without it. */
  remove(upload: UploadRef): Promise<boolean>;
}

export interface FilePart {
  /** Where the bytes begin in the file. */
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface FileLock {
  /** Unique for each request. */
  readonly owner: string;
  readonly now: Date;
  readonly until: Date;
}

/** Bytes of files. They are appended, and never change after that. */
export interface FileStore {
  /** Stored bytes, without gaps, from the beginning. */
  size(file: FileRef): Promise<number>;
  /**
   * Adds bytes at the end and returns the offset after them, once they are durable. False if the file does not end at
   * `offset`: somebody else has added bytes. If these are the same bytes, that is a success. Parts of some 4 MB are best.
   */
  append(file: FileRef, part: FilePart): Promise<number | false>;
  /** Reads the bytes from `start` up to `end`, without `end`, which must be stored. */
  read(file: FileRef, range: { start: number; end: number }): AsyncIterable<Buffer>;
  /** Takes the lock of a file, unless another owner has it, who is then told that somebody waits. */
  lock(file: FileRef, lock: FileLock): Promise<'taken' | 'held'>;
  /** `wanted`: it is renewed, but somebody waits for it. `lost`: another owner has taken it after its end. */
  renewLock(file: FileRef, lock: Omit<FileLock, 'now'>): Promise<'renewed' | 'wanted' | 'lost'>;
  unlock(file: FileRef, owner: string): Promise<void>;
  remove(file: FileRef): Promise<void>;
  removeOfUpload(upload: UploadRef): Promise<void>;
}

/** The pages of one scan of an upload. Late writes of an earlier scan do not mix with those of a later one. */
export interface SheetRef extends UploadRef {
  readonly scan: number;
}

/** Which rows a page has. Row ids of a page follow each other. */
export interface PageEntry {
  readonly number: number;
  readonly firstRow: number;
  readonly rows: number;
}

export interface NewSheetPage extends PageEntry {
  /** As `SheetPageWriter` packs them, deflated. */
  readonly bytes: Buffer;
}

/** All edited cells, and deletions, of a page as of one entry of the log. */
export interface NewOverlay {
  readonly page: number;
  readonly bytes: Buffer;
}

export interface OverlayRef {
  readonly page: number;
  readonly overlayId: string;
}

/** One step of the history of a sheet. It counts once the upload names it as its last one. */
export interface EditEntry {
  readonly id: string;
  /** The entry before it; null for the first. */
  readonly previousId: string | null;
  /** Revision of the upload after it. */
  readonly revision: number;
  readonly kind: 'edit' | 'undo' | 'redo';
  /** The entry that an undo or a redo concerns. */
  readonly of: string | null;
  /** The overlay that each touched page has from now on; null for none. */
  readonly overlays: readonly { readonly page: number; readonly overlayId: string | null }[];
  /** Rows that people added with it, in pages of their own. */
  readonly addedPages: readonly PageEntry[];
  readonly at: Date;
}

export interface SheetStore {
  /** Stores pages, and that they exist, in one order: a page that is listed is stored. */
  insertPages(sheet: SheetRef, pages: readonly NewSheetPage[]): Promise<void>;
  /** In the order of their numbers. */
  listPages(sheet: SheetRef): Promise<readonly PageEntry[]>;
  /** The bytes of these pages, in the given order. @throws Error if one is missing */
  loadPages(sheet: SheetRef, numbers: readonly number[]): Promise<readonly Buffer[]>;
  /** Stores overlays under an id that nobody has used. */
  insertOverlays(sheet: SheetRef, overlayId: string, overlays: readonly NewOverlay[]): Promise<void>;
  /** In the given order. @throws Error if one is missing */
  loadOverlays(sheet: SheetRef, overlays: readonly OverlayRef[]): Promise<readonly Buffer[]>;
  insertEntry(sheet: SheetRef, entry: EditEntry): Promise<void>;
  /** Entries of the sheet after a revision, including those that never counted. */
  listEntries(sheet: SheetRef, options: { afterRevision: number }): Promise<readonly EditEntry[]>;
  /** Removes everything of the upload, or everything of scans before one. */
  remove(upload: UploadRef, options?: { beforeScan: number }): Promise<void>;
}
