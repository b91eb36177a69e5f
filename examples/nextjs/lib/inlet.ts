import { createInletClient } from '@inlet/client';

/** Returns an environment variable. Throws an Error that names it if it is not set. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name} in .env.local; .env.example lists all of them.`);
  return value;
}

/** The REST API, for code that runs on the server. */
export const inlet = () =>
  createInletClient({ baseUrl: setting('NEXT_PUBLIC_INLET_URL'), secretKey: setting('INLET_SECRET_KEY') });
