import type { WidgetGiven } from '@inlet/contracts';
import { describeSource } from '@inlet/contracts/sources';

export const isGivenAddress = (address: string, given: WidgetGiven | null): boolean =>
  given?.url != null && address === given.url;

export const isHttpAddress = (address: string): boolean =>
  /^https?:\/\/[^\s/?#]+([/?#].*)?$/i.test(address) && URL.canParse(address);

/** Names the site of an address. */
export const siteOfAddress = (address: string): string => describeSource({ kind: 'url', url: address }).site;
