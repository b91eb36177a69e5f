import { createSourceWarning, type SourceWarning } from '@inlet/contracts';
import { XMLValidator } from 'fast-xml-parser';

/** Faults inside a record. */
export type XmlFault = 'xml_mismatched_tag' | 'xml_stray_markup';

export type XmlWarningCode = XmlFault | 'xml_bare_ampersand' | 'xml_truncated';

const VALIDATED_BYTES = 262_144;
/** An XML declaration after junk that was replaced by spaces; the validator would report it as a fault. */
const LATE_DECLARATION = /^\s+<\?xml[^>]*\?>/;
const toBlank = (text: string): string => text.replace(/[^\n]/g, ' ');

/**
 * Finds the first place at which a document is not well-formed, with the reason, by the validator of
 * fast-xml-parser. Our own reader continues after a fault and does not know its exact reason.
 */
export function findPreciseFault(document: string): SourceWarning | null {
  if (document.length > VALIDATED_BYTES) return null;
  const result = validateXml(document.replace(LATE_DECLARATION, toBlank));
  if (result === true) return null;
  const { msg, line, col } = result.err;
  return createSourceWarning('xml_not_well_formed', { fault: msg }, { line, column: col });
}

/** A crash of the validator must not fail the outline. */
function validateXml(document: string): ReturnType<typeof XMLValidator.validate> {
  try {
    return XMLValidator.validate(document, { allowBooleanAttributes: false });
  } catch {
    return true;
  }
}
