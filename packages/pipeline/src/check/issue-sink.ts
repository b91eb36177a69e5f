import type { Issue, Severity } from '@inlet/contracts';
import { codeOf, fillIn, type Messages, shorten } from './messages.js';
import type { Refusal } from './refusal.js';

/** Collects the issues of one row at a time. */
export interface IssueSink {
  report(breach: Breach): void;
  /** Returns the issues since the last call; undefined without any. */
  take(): Issue[] | undefined;
}

interface Breach {
  readonly columnKey: string | null;
  readonly refusal: Refusal;
  /** The refused text, if there is one. */
  readonly text: string | undefined;
  readonly severity: Severity | undefined;
  /** The template's own message, which is used unchanged. */
  readonly message: string | undefined;
}

const MOST_CHARACTERS = 200;

/** Never cuts a surrogate pair in half. */
function cut(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const isHalf = (text.charCodeAt(MOST_CHARACTERS - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isHalf ? MOST_CHARACTERS - 1 : MOST_CHARACTERS);
}

export function createIssueSink(messages: Messages): IssueSink {
  let issues: Issue[] | undefined;
  return {
    report({ columnKey, refusal, text, severity = 'error', message }) {
      const { refused, fill } = refusal;
      issues ??= [];
      issues.push({
        columnKey,
        code: codeOf(refused),
        message: message ?? fillIn(messages[refused], { value: shorten(text ?? ''), ...fill }),
        severity,
        ...(text === undefined ? {} : { value: cut(text) }),
      });
    },
    take() {
      const taken = issues;
      issues = undefined;
      return taken;
    },
  };
}
