import type { SourceWarning } from '@inlet/contracts';
import { XMLValidator } from 'fast-xml-parser';

const VALIDATED_BYTES = 262_144;

/**
 * Where and why a document is not well-formed, by the validator of fast-xml-parser. Our own reading goes on after
 * a fault and only knows that something was off; this says what a person has to look for.
 */
export function preciseFault(document: string): SourceWarning | null {
  if (document.length > VALIDATED_BYTES) return null;
  const result = validate(document.replace(LATE_DECLARATION, blank));
  if (result === true) return null;
  const { msg, line, col } = result.err;
  return { code: 'xml_not_well_formed', message: `The XML is not well-formed: ${msg}`, line, column: col };
}

/** An XML declaration after blanked-out junk is no fault that anybody has to look for. */
const LATE_DECLARATION = /^\s+<\?xml[^>]*\?>/;
const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

function validate(document: string): ReturnType<typeof XMLValidator.validate> {
  try {
    return XMLValidator.validate(document, { allowBooleanAttributes: false });
  } catch {
    return true;
  }
}
