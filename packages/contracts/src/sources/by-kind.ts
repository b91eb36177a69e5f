import { hasSecrets, keepFields, type SecretField, secretNames } from '../secret-field.js';
import type { SourceDescription, SourcePaging, SourceRules } from './source-rules.js';
import { urlSourceRules } from './url.js';
import type { UrlSource, UrlSourceView } from './url-schema.js';

// A new kind of source is its rules and its schemas in this folder, an entry in each table of this file, and its
// schemas in `index.ts`. This file loads no schemas: the widget uses it in the browser.

export type { SourceDescription, SourcePaging } from './source-rules.js';

export interface SourceByKind {
  readonly url: UrlSource;
}

interface ViewByKind {
  readonly url: UrlSourceView;
}

export type SourceKind = keyof SourceByKind;

const RULES: { readonly [Kind in SourceKind]: SourceRules<SourceByKind[Kind], ViewByKind[Kind]> } = {
  url: urlSourceRules,
};

/** A source of any kind, or of the given kind. This form lets the compiler find the table entry of a source. */
export type Source<Kind extends SourceKind = SourceKind> = {
  [Each in Kind]: SourceByKind[Each] & { readonly kind: Each };
}[Kind];
export type SourceView<Kind extends SourceKind = SourceKind> = ViewByKind[Kind];

/** Names a source to people, also one whose address was only typed and may be wrong. */
export function describeSource<Kind extends SourceKind>(
  source: Source<Kind> | SourceView<Kind>,
): SourceDescription {
  return RULES[source.kind].describe(source);
}

/** The fields of this kind of source that are stored encrypted and never returned. */
export const secretFieldsOf = (kind: SourceKind): readonly SecretField[] => RULES[kind].secretFields;

/** Returns the source as the API shows it. */
export function viewSource<Kind extends SourceKind>(source: Source<Kind>): SourceView<Kind> {
  return RULES[source.kind].view(source);
}

/** Names the site that a source is read from. Runs that read from the same site share a limit. */
export function siteOf<Kind extends SourceKind>(source: Source<Kind>): string {
  return RULES[source.kind].siteOf(source);
}

/** Names the place that a source reads. Sources with different secrets can have the same identity. */
export function sourceIdentity<Kind extends SourceKind>(source: Source<Kind>): string {
  return RULES[source.kind].identityOf(source);
}

/** All settings that decide which bytes a source reads. May hold secrets, so only its digest may be stored. */
export function sourceSettings<Kind extends SourceKind>(source: Source<Kind>): string {
  return RULES[source.kind].settingsOf(source);
}

/** How many pages of a source are read, and how the next one is found. */
export function pagingOf<Kind extends SourceKind>(source: Source<Kind>): SourcePaging {
  return RULES[source.kind].pagingOf(source);
}

function serverOf<Kind extends SourceKind>(source: Source<Kind>): string {
  return RULES[source.kind].serverOf(source);
}

/** Whether both sources are on the same server, so that secrets entered for one may be sent to the other. */
export const isSameServer = (one: Source, other: Source): boolean =>
  one.kind === other.kind && serverOf(one) === serverOf(other);

/** Prepares a source that a caller sent: its credentials are in the fields that keep them secret, defaults are set. */
export function newSource<Kind extends SourceKind>(given: Source<Kind>): SourceByKind[Kind] {
  const { extractCredentials, defaults } = RULES[given.kind];
  return keepFields(defaults, extractCredentials(given), Object.keys(defaults));
}

/**
 * Prepares a source that a caller sent to replace another one. The API never returns secrets, so those that it leaves
 * out are kept if both are on the same server.
 */
export function changeSource<Kind extends SourceKind>(before: Source, given: Source<Kind>): Source {
  if (!isSameServer(before, given)) return newSource(given);
  const { extractCredentials, secretFields, keptFields } = RULES[given.kind];
  return keepFields(before, extractCredentials(given), [...secretNames(secretFields), ...keptFields]);
}

/** Returns the source at another address, or the source itself if that would send its secrets to another server. */
export function moveSource(source: Source, address: string): Source {
  const moved = moveTo(source, address);
  const canMove = isSameServer(source, moved) || !hasSecrets(source, secretFieldsOf(source.kind));
  return canMove ? moved : source;
}

function moveTo<Kind extends SourceKind>(source: Source<Kind>, address: string): SourceByKind[Kind] {
  return RULES[source.kind].moveTo(source, address);
}
