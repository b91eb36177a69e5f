/** A text as the source of a regular expression (flag `u`) that matches it and nothing else. */
export const escapeLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
