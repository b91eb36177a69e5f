import type { UploadView } from '@inlet/contracts';
import type { Upload } from '../ports/uploads.js';

/** An upload as its callers see it. */
export const viewUpload = (upload: Upload): UploadView => ({
  id: upload.id,
  origin: upload.origin,
  templateId: upload.templateId,
  externalUserId: upload.externalUserId,
  jobId: upload.jobId,
  label: upload.label,
  status: upload.status,
  files: [...upload.files],
  header: upload.header,
  headings: [...upload.headings],
  mapping: upload.mapping,
  customColumns: [...upload.customColumns],
  counts: upload.counts,
  isScanned: upload.isScanned,
  revision: upload.revision,
  runIds: [...upload.runIds],
  undoneRunIds: [...upload.undoneRunIds],
  contentsRemovedAt: upload.contentsRemovedAt?.toISOString() ?? null,
  error: upload.error,
  createdAt: upload.createdAt.toISOString(),
  updatedAt: upload.updatedAt.toISOString(),
  expiresAt: upload.expiresAt.toISOString(),
});
