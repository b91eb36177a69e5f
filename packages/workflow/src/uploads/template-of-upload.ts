import { InletError, type Template, withNewOptions } from '@inlet/contracts';
import { withUsedDefaults } from '../ingest/blank-cells.js';
import type { Context } from '../ports/context.js';
import type { Upload } from '../ports/uploads.js';
import { withColumns } from '../templates/with-columns.js';

/**
 * The template of an upload with the columns that it was made with, and the options that its mapping adds to them. Values that cannot be read are errors, whatever
 * automatic imports do about them: a person is there to correct them.
 *
 * @throws InletError template_not_found
 */
export async function templateOfUpload(context: Pick<Context, 'store'>, upload: Upload): Promise<Template> {
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('template_not_found');
  const { columns, ...rest } = withColumns(template, upload.columns);
  const mapping = upload.mapping ?? [];
  const mapped = mapping.map(({ column }) => column);
  const extended = withUsedDefaults(withNewOptions(columns, mapping), { rule: template.blank, mapped });
  return { ...rest, columns: extended.map((column) => ({ ...column, onInvalid: 'reject' })) };
}
