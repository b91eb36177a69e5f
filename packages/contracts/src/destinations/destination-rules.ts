import type { SecretField } from '../secret-field.js';

/** Properties of one kind of destination that code for all kinds uses. */
export interface DestinationRules<Destination, View> {
  readonly secretFields: readonly SecretField[];
  /** Returns the destination as the API shows it: which secrets it has, without their values. */
  view(destination: Destination): View;
  /** Names the server that receives the secrets: they may be sent to no other. */
  serverOf(destination: Destination): string;
}
