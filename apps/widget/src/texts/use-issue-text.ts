import type { Issue } from '@inlet/contracts';
import { useWords } from '../session/words-context.js';

/** An issue in the person's language. In English the server's own words are the more exact ones. */
export function useIssueText(): (issue: Issue) => string {
  const { t, language } = useWords();
  return ({ code, message }) => (language.language === 'en' ? message : t(`issue.${code}`));
}
