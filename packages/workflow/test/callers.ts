import type { Caller, CallingUser } from '../src/index.js';

export interface UserOf extends Partial<CallingUser> {
  readonly projectId: string;
  readonly templateId: string;
}

/** A user of the widget, by default the signed owner of the bench's jobs. */
export const userOf = ({ projectId, ...user }: UserOf): Caller => ({
  projectId,
  user: {
    externalUserId: 'user-1',
    isSigned: true,
    columns: null,
    extra: null,
    locale: undefined,
    ...user,
  },
});

/** Matches an error of the table by its code. */
export const errorWith = (code: string, more: object = {}): object => ({ name: 'InletError', code, ...more });
