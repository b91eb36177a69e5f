import { InletError } from '@inlet/contracts';
import type { Upload } from '../ports/uploads.js';

/** @throws InletError upload_closed if the files and rows were removed */
export function requireContents({ contentsRemovedAt }: Pick<Upload, 'contentsRemovedAt'>): void {
  if (contentsRemovedAt !== null)
    throw new InletError('upload_closed', { detail: 'Its files and rows are no longer stored.' });
}
