import type { Issue, Severity } from '@inlet/contracts';
import { codeOf, fillIn, type Messages, shorten } from './messages.js';
import type { Refusal } from './refusal.js';

/** Gathers the issues of one row at a time. */
export interface IssueSink {
  report(breach: Breach): void;
  /** Gives what was gathered since the last call; undefined where that is nothing. */
  take(): Issue[] | undefined;
}

interface Breach {
  readonly columnKey: string | null;
  readonly refusal: Refusal;
  /** The refused text; undefined where there is none. */
  readonly text: string | undefined;
  readonly severity: Severity | undefined;
  /** The template's own words. They are used as they are. */
  readonly message: string | undefined;
}

const MOST_CHARACTERS = 200;

/** Cut without halving a surrogate pair. */
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
