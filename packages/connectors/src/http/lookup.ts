import { lookup as resolve } from 'node:dns/promises';

/** All addresses of a name, in the order in which they should be tried. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface LookupAddress {
  readonly address: string;
  readonly family: number;
}

export const lookupAll: Lookup = (hostname) => resolve(hostname, { all: true });
