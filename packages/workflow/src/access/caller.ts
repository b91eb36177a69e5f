import { type Column, InletError, type JsonValue, type RunTrigger } from '@inlet/contracts';

/**
 * Asks a use case to do something: a host with its secret key, a user of the widget, or an operator of the console.
 * Without `user` and `operator` it is the host, which may see and do everything in its project. An operator is refused
 * everywhere until `authorize.ts` has rules for its permissions.
 */
export interface Caller {
  readonly projectId: string;
  readonly user?: CallingUser | undefined;
  readonly operator?: CallingOperator | undefined;
}

/** Identified by a widget session, which is bound to one template. */
export interface CallingUser {
  /** null if nobody is signed in. */
  readonly externalUserId: string | null;
  /** True if a user token proved the identity. */
  readonly isSigned: boolean;
  readonly templateId: string;
  /** Replace the template's columns; null keeps those. */
  readonly columns: readonly Column[] | null;
  /** Set by the host for every job of the session. The user cannot read it. */
  readonly extra: JsonValue;
  /** Language for descriptions, such as `de` or `pt-BR`; default English. */
  readonly locale: string | undefined;
}

export interface CallingOperator {
  readonly userId: string;
  readonly permissions: ReadonlySet<string>;
}

/** @throws InletError user_unknown if nobody is signed in */
export function requireUserId({ externalUserId }: CallingUser): string {
  if (externalUserId === null) throw new InletError('user_unknown');
  return externalUserId;
}

/** The trigger of runs that the caller starts. */
export function triggerOf({ user, operator }: Caller): RunTrigger {
  return user || operator ? 'person' : 'api';
}
