import { InletError, type Mapping, type Template, type UploadView } from '@inlet/contracts';
import { checkMapping, mappingPaths } from '@inlet/pipeline';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type Upload, uploadRef } from '../ports/uploads.js';
import { startCheck } from './check-upload.js';
import { changeOpenUpload } from './choose-header.js';
import { rememberMapping } from './remember-choices.js';
import { templateOfUpload } from './template-of-upload.js';
import { uploadExpiry } from './upload-expiry.js';
import { viewUpload } from './view-upload.js';

const TRIES = 3;

export interface MappingChoice {
  readonly uploadId: string;
  readonly mapping: Mapping;
  /** Paths of further columns to keep. */
  readonly customColumns: readonly string[];
}

/**
 * Confirms the mapping. Its rows are checked as soon as all are read.
 *
 * @throws InletError upload_closed, upload_not_read, upload_files_differ, mapping_path_unknown, upload_changed, and those of `checkMapping`
 */
export async function chooseMapping(
  context: Context,
  caller: Caller,
  { uploadId, mapping, customColumns: given }: MappingChoice,
): Promise<UploadView> {
  const customColumns = [...new Set(given)];
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const upload = await findVisibleUpload(context, caller, uploadId);
    if (upload.headings.length === 0) throw new InletError('upload_not_read');
    const other = upload.files.find(({ mismatch }) => mismatch !== null);
    if (other) throw new InletError('upload_files_differ', { detail: `It is ${other.name}.` });
    const template = await templateOfUpload(context, upload);
    checkMapping(mapping, template.columns);
    checkPaths(mapping, upload);
    checkCustomColumns(customColumns, { upload, template });
    const changed = await changeOpenUpload(context, upload, {
      mapping,
      customColumns,
      rejections: null,
      status: upload.isScanned ? 'checking' : 'receiving',
      revision: upload.revision + 1,
      expiresAt: await uploadExpiry(context, upload.projectId),
    });
    if (!changed) continue;
    await rememberMapping(context, upload, { mapping, customColumns });
    if (changed.status === 'checking') startCheck(context, uploadRef(upload));
    return viewUpload(changed);
  }
  throw new InletError('upload_changed');
}

/** @throws InletError mapping_path_unknown */
export function checkPaths(mapping: Mapping, { headings }: Pick<Upload, 'headings'>): void {
  const known = new Set(headings.map(({ path }) => path));
  const errors = mapping.flatMap((entry, index) =>
    mappingPaths([entry])
      .filter((path) => !known.has(path))
      .map((path) => ({ path: `mapping.${index}`, message: `The file has no heading "${path}"` })),
  );
  const [first] = errors;
  if (first) throw new InletError('mapping_path_unknown', { detail: first.message, errors });
}

function checkCustomColumns(
  paths: readonly string[],
  { upload, template }: { readonly upload: Upload; readonly template: Pick<Template, 'allowCustomColumns'> },
): void {
  if (paths.length > 0 && !template.allowCustomColumns)
    throw new InletError('invalid_request', {
      detail: 'The template does not allow custom columns.',
      errors: [{ path: 'customColumns', message: 'is not allowed by the template' }],
    });
  const known = new Set(upload.headings.map(({ path }) => path));
  const errors = paths.flatMap((path, index) =>
    known.has(path) ? [] : [{ path: `customColumns.${index}`, message: `The file has no heading "${path}"` }],
  );
  const [first] = errors;
  if (first) throw new InletError('mapping_path_unknown', { detail: first.message, errors });
}
