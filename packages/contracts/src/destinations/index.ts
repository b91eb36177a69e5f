import { z } from 'zod';
import { keepSecretFields, type SecretField } from '../secret-field.js';
import type { DestinationRules } from './destination-rules.js';
import { type FrontendDestination, frontendDestinationSchema, frontendRules } from './frontend.js';
import {
  type WebhookDestination,
  type WebhookDestinationView,
  webhookDestinationSchema,
  webhookDestinationViewSchema,
  webhookRules,
} from './webhook.js';

export type { FrontendDestination } from './frontend.js';
export {
  DEFAULT_BATCH_BYTES,
  MAX_BATCH_BYTES,
  MIN_BATCH_BYTES,
  type WebhookDestination,
  type WebhookDestinationView,
} from './webhook.js';

// A new kind of destination is one module in this folder and one entry in each table of this file.

/** The receiver of a template's rows, as a caller sends it. Its secrets are stored encrypted and never returned. */
export const destinationSchema = z.discriminatedUnion('kind', [
  webhookDestinationSchema,
  frontendDestinationSchema,
]);

/** A destination as the API returns it: it tells which secrets are stored, but not their values. */
export const destinationViewSchema = z.discriminatedUnion('kind', [
  webhookDestinationViewSchema,
  frontendDestinationSchema,
]);

export interface DestinationByKind {
  readonly webhook: WebhookDestination;
  readonly frontend: FrontendDestination;
}

interface ViewByKind {
  readonly webhook: WebhookDestinationView;
  readonly frontend: FrontendDestination;
}

export type DestinationKind = keyof DestinationByKind;

const RULES: {
  readonly [Kind in DestinationKind]: DestinationRules<DestinationByKind[Kind], ViewByKind[Kind]>;
} = { webhook: webhookRules, frontend: frontendRules };

/** A destination of any kind, or of the given kind. */
export type Destination<Kind extends DestinationKind = DestinationKind> = {
  [Each in Kind]: DestinationByKind[Each] & { readonly kind: Each };
}[Kind];
export type DestinationView<Kind extends DestinationKind = DestinationKind> = ViewByKind[Kind];

/** The fields of this kind of destination that are stored encrypted and never returned. */
export const destinationSecretFields = (kind: DestinationKind): readonly SecretField[] =>
  RULES[kind].secretFields;

/** Returns the destination as the API shows it. */
export function viewDestination<Kind extends DestinationKind>(
  destination: Destination<Kind>,
): DestinationView<Kind> {
  return RULES[destination.kind].view(destination);
}

function serverOf<Kind extends DestinationKind>(destination: Destination<Kind>): string {
  return RULES[destination.kind].serverOf(destination);
}

/** Returns `after` with the secrets that it leaves out filled in from `before`, if both are on the same server. */
export function keepDestinationSecrets(before: Destination, after: Destination): Destination {
  const isSameServer = before.kind === after.kind && serverOf(before) === serverOf(after);
  return isSameServer ? keepSecretFields(before, after, destinationSecretFields(after.kind)) : after;
}
