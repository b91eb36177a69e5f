import type { ProjectSettings } from '@inlet/contracts';

type OriginSettings = Pick<ProjectSettings, 'allowedOrigins' | 'isDevelopment'>;

const LOCAL_ORIGINS = [
  'http://localhost:*',
  'https://localhost:*',
  'http://127.0.0.1:*',
  'https://127.0.0.1:*',
];
const IS_LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1)(:\d{1,5})?$/;

/** True if pages of this origin may show the widget: exactly one of the list or, in development, this machine. */
export function isOriginAllowed({ allowedOrigins, isDevelopment }: OriginSettings, origin: string): boolean {
  return allowedOrigins.includes(origin) || (isDevelopment && IS_LOCAL.test(origin));
}

/** The allowed origins as sources of a `frame-ancestors` directive; an empty list means that no page may. */
export function frameAncestors({ allowedOrigins, isDevelopment }: OriginSettings): readonly string[] {
  return isDevelopment ? [...allowedOrigins, ...LOCAL_ORIGINS] : allowedOrigins;
}
