import type { Format, SourceWarning } from '@inlet/contracts';
import {
  compileFeedIdentity,
  createIdentitySurvey,
  hasFeedIdentity,
  IDENTITY_PATHS,
  readRecords,
} from '@inlet/pipeline';
import { repeatedIdsWarning } from '../ingest/identity-warnings.js';
import { type FirstPage, iterate } from './unread-pages.js';

/** Returns a warning if items in the head of a feed have the id, or without one the link, of an earlier item. */
export async function warnOfRepeatedIds(
  { opened, head, recordPath, parseOptions }: FirstPage,
  format: Format,
): Promise<readonly SourceWarning[]> {
  if (!hasFeedIdentity(format)) return [];
  const identityOf = compileFeedIdentity(format, (path) => IDENTITY_PATHS.indexOf(path));
  const survey = createIdentitySurvey();
  const { batches } = readRecords(iterate(head), {
    recordPath,
    parseOptions,
    paths: IDENTITY_PATHS,
    hints: opened.hints,
  });
  try {
    for await (const records of batches) for (const { fields } of records) survey.add(identityOf(fields));
  } catch {
    // The head ends anywhere. Faults are reported by the readers of the whole page.
  }
  return repeatedIdsWarning({ items: survey.items, repeats: survey.repeatsOf('id') });
}
