import type { ProjectSettings } from '@inlet/contracts';

const OWN_MACHINE = [
  'http://localhost:*',
  'https://localhost:*',
  'http://127.0.0.1:*',
  'https://127.0.0.1:*',
];
const IS_OWN_MACHINE = /^https?:\/\/(localhost|127\.0\.0\.1)(:\d{1,5})?$/;

/** Whether a page at this origin may show the widget: one of the list, exactly, or in development this machine. */
export function isOriginAllowed({ allowedOrigins, isDevelopment }: ProjectSettings, origin: string): boolean {
  return allowedOrigins.includes(origin) || (isDevelopment && IS_OWN_MACHINE.test(origin));
}

/** The same as sources of a `frame-ancestors` directive; none means that nobody may. */
export function frameAncestors({ allowedOrigins, isDevelopment }: ProjectSettings): readonly string[] {
  return isDevelopment ? [...allowedOrigins, ...OWN_MACHINE] : allowedOrigins;
}
