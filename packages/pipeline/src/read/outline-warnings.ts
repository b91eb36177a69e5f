import { createSourceWarning, type Heading, type Outline, type SourceWarning } from '@inlet/contracts';

/** Fields in which services answer that a request failed, best first. */
const ERROR_PATHS = ['error/message', 'errors/message', 'error_description', 'error', 'errors', 'error/code'];
const LONGEST_TEXT = 200;

type Outlined = Pick<Outline, 'format' | 'headings' | 'isComplete' | 'recordCount' | 'recordPath'>;

/** Explains an outline that has no records, or an error of the service in their place. */
export function warnOfNoRecords(outline: Outlined): SourceWarning[] {
  const error = findError(outline);
  if (error !== undefined) return [createSourceWarning('source_answers_error', { fault: error })];
  if (outline.recordCount > 0) return [];
  return [createSourceWarning(outline.isComplete ? 'records_none' : 'record_exceeds_outline', {})];
}

/** The text of an error in a JSON document without a list of records, or with a list of errors (GraphQL) alone. */
function findError({ format, headings, recordCount, recordPath }: Outlined): string | undefined {
  if (format !== 'json') return undefined;
  const textAt = (path: string): string | undefined =>
    headings.find((heading: Heading) => heading.path === path)?.samples[0];
  if (recordPath === '/errors') return textAt('message')?.slice(0, LONGEST_TEXT);
  const isDocument = recordPath === '/' && recordCount === 1;
  if (!isDocument && recordCount > 0) return undefined;
  const found = ERROR_PATHS.map((path) => textAt(isDocument ? path : `/${path}`));
  const text = found.find((one) => one !== undefined);
  return text === undefined || /^(?:false|0|null|none)$/i.test(text)
    ? undefined
    : text.slice(0, LONGEST_TEXT);
}
