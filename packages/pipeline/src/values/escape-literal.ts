/** The source of a regular expression (flag `u`) that matches exactly this text. */
export const escapeLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
