import { columnSchema, type ErrorSummary, type RunTrigger } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { columnsOf, listedOwner, ownerOfNewJob, requireHost, visibleError } from './authorize.js';
import { type Caller, type CallingUser, triggerOf } from './caller.js';

const column = (key: string) => columnSchema.parse({ key, name: key });
const host: Caller = { projectId: 'prj_1' };
const operator: Caller = { ...host, operator: { userId: 'op-1', permissions: new Set(['jobs:run']) } };
const user = (changes: Partial<CallingUser> = {}): Caller => ({
  ...host,
  user: {
    externalUserId: 'ada',
    isSigned: true,
    templateId: 'tpl_session',
    columns: null,
    extra: { plan: 'gold' },
    locale: 'de',
    ...changes,
  },
});
const nobody = user({ externalUserId: null, isSigned: false });

describe('what belongs to the host', () => {
  it('is open to the host', () => {
    expect(() => requireHost(host)).not.toThrow();
  });

  it.each([
    ['a signed user', user()],
    ['an unsigned user', user({ isSigned: false })],
    ['a widget in which nobody is signed in', nobody],
    ['an operator', operator],
  ])('is closed to %s', (_, caller) => {
    expect(() => requireHost(caller)).toThrow(expect.objectContaining({ code: 'not_permitted' }));
  });
});

describe('an operator', () => {
  const notPermitted = expect.objectContaining({ code: 'not_permitted' });

  it('can neither list nor create jobs before its permissions have rules', () => {
    expect(() => listedOwner(operator, 'ada')).toThrow(notPermitted);
    expect(() => ownerOfNewJob(operator, { templateId: 'tpl_1', externalUserId: 'ada' })).toThrow(
      notPermitted,
    );
  });
});

describe('the trigger of a run', () => {
  it.each<[string, Caller, RunTrigger]>([
    ['the host with its secret key', host, 'api'],
    ['a user of the widget', user(), 'person'],
    ['an operator of the console', operator, 'person'],
  ])('is right for %s', (_, caller, trigger) => {
    expect(triggerOf(caller)).toBe(trigger);
  });
});

describe('the owner of a new job', () => {
  const named = { templateId: 'tpl_named', externalUserId: 'eve', extra: { plan: 'free' } };

  it('is the one that the host names', () => {
    expect(ownerOfNewJob(host, named)).toEqual(named);
    const { extra: _, ...withoutExtra } = named;
    expect(ownerOfNewJob(host, withoutExtra)).toEqual({ ...named, extra: null });
  });

  it('is the user itself, whatever the request names', () => {
    expect(ownerOfNewJob(user(), named)).toEqual({
      templateId: 'tpl_session',
      externalUserId: 'ada',
      extra: { plan: 'gold' },
    });
  });

  it.each([
    ['the host names no user', host, { templateId: 'tpl_named' }, 'user_unknown'],
    ['the host names no template', host, { externalUserId: 'eve' }, 'template_not_found'],
    ['nobody is signed in', nobody, named, 'user_unknown'],
  ])('is missing if %s', (_, caller, given, code) => {
    expect(() => ownerOfNewJob(caller, given)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the owner of listed jobs', () => {
  it('is any user that the host names, with all of its templates', () => {
    expect(listedOwner(host, 'eve')).toEqual({ externalUserId: 'eve' });
  });

  it('is the user itself, with the template of its session, whatever the request names', () => {
    expect(listedOwner(user(), 'eve')).toEqual({ externalUserId: 'ada', templateId: 'tpl_session' });
  });

  it.each([
    ['the host names none', host, undefined],
    ['nobody is signed in', nobody, 'eve'],
  ])('is missing if %s', (_, caller, named) => {
    expect(() => listedOwner(caller, named)).toThrow(expect.objectContaining({ code: 'user_unknown' }));
  });
});

describe("the columns that replace the template's", () => {
  const [ofSession, ofJob] = [[column('session')], [column('job')]];

  it.each([
    ['the session', user({ columns: ofSession }), { columns: ofJob }, ofSession],
    ['the session, for a new job too', user({ columns: ofSession }), null, ofSession],
    ['the job if the session has none', user(), { columns: ofJob }, ofJob],
    ['the job for the host', host, { columns: ofJob }, ofJob],
    ['nowhere if neither has any', user(), { columns: null }, null],
    ['nowhere for a new job of the host', host, null, null],
  ])('come from %s', (_, caller, job, expected) => {
    expect(columnsOf(caller, job)).toBe(expected);
  });
});

describe('an error', () => {
  const error = (code: string): ErrorSummary => ({
    code,
    title: 'It failed',
    detail: 'POST https://internal.host.example/hook: 500',
    help: 'Try again.',
  });

  it.each(['delivery_rejected', 'delivery_gone'])(
    'shows a user no detail of a delivery, which names machines of the host: %s',
    (code) => {
      expect(visibleError(user(), error(code))).toEqual({ code, title: 'It failed', help: 'Try again.' });
    },
  );

  it.each([
    ['of the source, to a user', user(), error('source_gone')],
    ['of a delivery, to the host', host, error('delivery_gone')],
    ['of a delivery, to an operator', operator, error('delivery_gone')],
  ])('is shown whole: %s', (_, caller, given) => {
    expect(visibleError(caller, given)).toEqual(given);
  });

  it('may be missing', () => {
    expect(visibleError(user(), null)).toBeNull();
    expect(visibleError(host, null)).toBeNull();
  });
});
