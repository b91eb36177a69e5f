import type { SecretField } from '../secret-field.js';

/** Names a source to people. */
export interface SourceDescription {
  /** The server: `times.example`. */
  readonly site: string;
  /** The whole address. */
  readonly address: string;
}

/** Properties of one kind of source that code for all kinds uses. */
export interface SourceRules<Source, View> {
  readonly secretFields: readonly SecretField[];
  /** Returns the source as the API shows it: which secrets it has, without their values. */
  view(source: Source): View;
  describe(source: Source | View): SourceDescription;
  /** Names the site whose limit on simultaneous runs applies: host and port. */
  siteOf(source: Source): string;
  /** Names the server that receives the secrets: they may be sent to no other. */
  serverOf(source: Source): string;
  /** Names the bytes that are read. Secrets are not part of it. */
  identityOf(source: Source): string;
  /** Moves credentials that were typed into an address to the fields that keep them secret. */
  extractCredentials(source: Source): Source;
  /** Returns the source at another address. */
  moveTo(source: Source, address: string): Source;
}
