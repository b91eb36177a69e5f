import { waitFor } from '@inlet/testing';
import type { Answer, BootedInlet } from './boot-inlet.js';

interface SentFile {
  readonly uploadId: string;
  readonly name: string;
  readonly bytes: string | Uint8Array;
}

/** Adds a file to an upload, as a host does. */
export const sendFileTo = (booted: BootedInlet, { uploadId, name, bytes }: SentFile): Promise<Answer> =>
  booted.call('POST', `/v1/uploads/${uploadId}/files?name=${encodeURIComponent(name)}`, { bytes });

/** Waits until an upload has a status, and returns it. */
export const uploadOf = (booted: BootedInlet, uploadId: string, status: string): Promise<Answer['json']> =>
  waitFor(
    async () => (await booted.call('GET', `/v1/uploads/${uploadId}`)).json,
    (upload) => upload.status === status,
  );
