import type { SecretField } from '../secret-field.js';

/** What code for destinations of all kinds needs to know about one kind. */
export interface DestinationRules<Destination, View> {
  readonly secretFields: readonly SecretField[];
  /** Returns the destination as the API shows it: which secrets it has, without their values. */
  view(destination: Destination): View;
  /** Names the server that receives the secrets: they may be sent to no other. */
  serverOf(destination: Destination): string;
}
