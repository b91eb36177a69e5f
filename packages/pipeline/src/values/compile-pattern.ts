import { InletError } from '@inlet/contracts/errors';
import { RE2JS, RE2JSException } from 're2js';

export interface PatternOptions {
  readonly ignoreCase?: boolean | undefined;
}

/**
 * Compiles RE2 syntax to an automaton that takes linear time for any pattern and text.
 * Throws InletError `template_pattern_invalid`.
 */
export function compilePattern(regex: string, options: PatternOptions = {}): RE2JS {
  try {
    return RE2JS.compile(regex, options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    const reason = cause.message.replace(/^error parsing regexp: /, '');
    throw new InletError('template_pattern_invalid', { detail: `"${regex}": ${reason}`, cause });
  }
}

/** The source of a regular expression (flag `u`) that matches exactly this text. */
export const escapeLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
