import type { Column, Issue, IssueGroup } from '@inlet/contracts';
import { useMemo } from 'react';
import { useWidget } from './widget-context.js';

export type IssueText = (issue: Issue) => string;

/** Describes issues in the person's language. In English, the server's messages are used: they are more specific. */
export function useIssueText(): IssueText {
  const { t, language } = useWidget();
  const isGiven = useGivenMessages();
  return ({ code, message }) =>
    language.language === 'en' || isGiven({ code, message }) ? message : t(`issue.${code}`);
}

/** Describes what many issues of one kind have in common. */
export function useIssueKindText(): (kind: Pick<IssueGroup, 'code' | 'message'>) => string {
  const { t } = useWidget();
  const isGiven = useGivenMessages();
  return (kind) => (isGiven(kind) ? kind.message : t(`issue.${kind.code as Issue['code']}`));
}

/** Messages of the receiver and of the template are shown as they are. */
function useGivenMessages(): (issue: Pick<IssueGroup, 'code' | 'message'>) => boolean {
  const { columns } = useWidget().session.template;
  const ofTemplate = useMemo(() => new Set(columns.flatMap(messagesOf)), [columns]);
  return ({ code, message }) => code === 'rejected_by_receiver' || ofTemplate.has(message);
}

function messagesOf(column: Column): string[] {
  const { required, unique, length, range, digits, pattern, forbidden } = column;
  return [column, required, unique, length, range, digits, pattern, forbidden].flatMap((rule) =>
    typeof rule === 'object' && rule.message !== undefined ? [rule.message] : [],
  );
}
