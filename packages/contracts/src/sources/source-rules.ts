import type { SecretField } from '../secret-field.js';

/** Names a source to people. */
export interface SourceDescription {
  /** The server: `times.example`. */
  readonly site: string;
  /** The whole address. */
  readonly address: string;
}

/** How many pages of a source are read, and how the next one is found. */
export interface SourcePaging {
  readonly maxPages: number;
  /** Path of the value in a JSON page that leads to the next one. */
  readonly nextPagePath?: string | undefined;
  /** Pages are asked for by number, so the end shows only when a page is missing or empty. */
  readonly isNumbered: boolean;
}

/** Properties of one kind of source that code for all kinds uses. */
export interface SourceRules<Source, View> {
  readonly secretFields: readonly SecretField[];
  /** Other fields that a change of the source may leave out to keep them, while its server stays the same. */
  readonly keptFields: readonly (keyof Source & string)[];
  /** Fields of a new source that does not set them. Sources from before these fields existed do without. */
  readonly defaults: Partial<Source>;
  /** Returns the source as the API shows it: which secrets it has, without their values. */
  view(source: Source): View;
  describe(source: Source | View): SourceDescription;
  /** Names the site whose limit on simultaneous runs applies: host and port. */
  siteOf(source: Source): string;
  /** Names the server that receives the secrets: they may be sent to no other. */
  serverOf(source: Source): string;
  /** Names the place that is read. Secrets are not part of it. */
  identityOf(source: Source): string;
  /** All settings that decide which bytes are read. May hold secrets, so only its digest may be stored. */
  settingsOf(source: Source): string;
  pagingOf(source: Source): SourcePaging;
  /** Moves credentials from an address, and from their older form, to the field that keeps them secret. */
  extractCredentials(source: Source): Source;
  /** Returns the source at another address. */
  moveTo(source: Source, address: string): Source;
}
