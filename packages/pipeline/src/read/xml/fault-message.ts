import type { XmlFault } from './record-parser.js';

/** Codes of source warnings about XML, with the words for them. */
const MESSAGES: Readonly<Record<XmlFault | 'xml_bare_ampersand' | 'xml_truncated', string>> = {
  xml_mismatched_tag:
    'An end tag does not fit the element that is open; the element was closed where it must end.',
  xml_stray_markup: 'A tag is damaged, or a "<" stands in text; it was read as far as it makes sense.',
  xml_bare_ampersand: 'An "&" begins no known reference; it was taken as it stands.',
  xml_truncated: 'The file ends in the middle; a record that is not complete was left out.',
};

export type XmlWarningCode = keyof typeof MESSAGES;

export const faultMessage = (code: XmlWarningCode): string => MESSAGES[code];
