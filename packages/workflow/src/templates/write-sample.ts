import { sampleCsv, sampleWorkbook } from '@inlet/pipeline';
import { findTemplateInUse } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';

export interface SampleRequest {
  /** Named by a host; a user has the template of its session. */
  readonly templateId?: string | undefined;
  readonly format: 'csv' | 'xlsx';
  /** Language of the notes in a workbook. */
  readonly locale?: string | undefined;
}

export interface SampleFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/** A file with the columns of a template and one row, for people to fill in. @throws InletError template_not_found */
export async function writeSample(
  context: Context,
  caller: Caller,
  { templateId, format, locale }: SampleRequest,
): Promise<SampleFile> {
  const { name, columns } = await findTemplateInUse(context, caller, { templateId });
  if (format === 'csv')
    return {
      name: `${name}.csv`,
      contentType: 'text/csv; charset=utf-8',
      bytes: bytesOf(sampleCsv(columns)),
    };
  return {
    name: `${name}.xlsx`,
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    bytes: sampleWorkbook({ columns, locale: locale ?? caller.user?.locale ?? undefined }),
  };
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
