import type { Readable } from 'node:stream';
import { InletError } from '@inlet/contracts';
import { appendStream, type Context, declareFileSize, type Transfer } from '@inlet/workflow';
import { DataStore, Upload } from '@tus/utils';

/** Keeps the bytes of a resumable transfer in the database. Serves one request, whose transfer is found before. */
export class FileDataStore extends DataStore {
  override readonly extensions = ['creation', 'creation-defer-length'];
  private readonly context: Context;
  private readonly transferOf: (id: string) => Promise<Transfer>;

  constructor(context: Context, transferOf: (id: string) => Promise<Transfer>) {
    super();
    this.context = context;
    this.transferOf = transferOf;
  }

  /** Its id comes from the file that was added for it. */
  override async create(upload: Upload): Promise<Upload> {
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const { file, upload } = await this.transferOf(id);
    const entry = upload.files.find(({ id: fileId }) => fileId === file.fileId);
    if (entry === undefined) throw new InletError('upload_file_not_found');
    return new Upload({
      id,
      offset: await this.context.store.files.size(file),
      metadata: { uploadId: upload.id, filename: entry.name },
      ...(entry.sizeBytes !== null && { size: entry.sizeBytes }),
    });
  }

  override async declareUploadLength(id: string, length: number): Promise<void> {
    await declareFileSize(this.context, await this.transferOf(id), length);
  }

  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    return appendStream(this.context, await this.transferOf(id), { offset, bytes });
  }
}
