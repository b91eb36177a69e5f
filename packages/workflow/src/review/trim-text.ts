/** White space, and characters without width that spreadsheets and web pages leave around values. */
const EDGES = /^[\s\u00ad\u180e\u200b-\u200f\u2060\ufeff]+|[\s\u00ad\u180e\u200b-\u200f\u2060\ufeff]+$/g;

const isPlain = (code: number): boolean => code > 32 && code < 127;

/** Takes spaces, no-break spaces and characters without width away from both ends of a text. */
export const trimText = (text: string): string =>
  isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1)) ? text : text.replace(EDGES, '');
