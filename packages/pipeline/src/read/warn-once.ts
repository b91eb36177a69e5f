import type { SourceWarning } from '@inlet/contracts';

/**
 * Adds a warning unless one with its code is there already: the first place is what a person looks at, and a
 * source with a million faults must not become a million warnings.
 */
export function warnOnce(warnings: SourceWarning[], warning: SourceWarning): void {
  if (!warnings.some(({ code }) => code === warning.code)) warnings.push(warning);
}
