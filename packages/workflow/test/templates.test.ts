import { jobInputSchema, templateInputSchema, templatePatchSchema } from '@inlet/contracts';
import { fakeClock, interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Caller,
  type Context,
  changeTemplate,
  createJob,
  createProject,
  createTemplate,
  getSessionTemplate,
  getTemplate,
  listTemplates,
  removeTemplate,
} from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

const page = { limit: 50 };

let bench: EngineBench;
let other: Caller;
let clock: ReturnType<typeof fakeClock>;
let context: Context;

beforeAll(async () => {
  bench = await startEngineBench();
  other = { projectId: (await createProject(bench.context, { name: 'Other' })).projectId };
});
afterAll(() => bench.close());
beforeEach(() => {
  clock = fakeClock('2100-03-01T12:00:00.000Z');
  context = { ...bench.context, now: clock.now };
});

const COLUMNS = [
  { key: 'title', name: 'Title', required: true },
  { key: 'price', name: 'Price', type: 'number' },
];
let codes = 0;
const nextCode = () => {
  codes += 1;
  return `template-${codes}`;
};
const input = (changes: object = {}) =>
  templateInputSchema.parse({
    code: nextCode(),
    name: 'Products',
    columns: COLUMNS,
    destination: { url: 'https://host.example/hook', authHeader: { name: 'x-token', value: 'SECRET' } },
    ...changes,
  });

const create = (changes: object = {}, caller: Caller = bench.caller) =>
  createTemplate(context, caller, input(changes));
const change = (templateId: string, patch: object, isForced = false) =>
  changeTemplate(context, bench.caller, { templateId, patch: templatePatchSchema.parse(patch), isForced });
const stored = async (templateId: string) =>
  context.store.templates.get({ projectId: bench.caller.projectId, templateId });

const MAPPED = { mapping: COLUMNS.map(({ key }) => ({ column: key, path: key })), label: 'Shop' };

/** A template with a job that maps title and price. */
async function inUse() {
  const template = await create();
  const job = await bench.makeJob({ templateId: template.id, ...MAPPED });
  return { template, job };
}

describe('a new template', () => {
  it('is returned without the secret of its destination, which is stored', async () => {
    const created = await create();
    expect(created).toMatchObject({
      destination: { url: 'https://host.example/hook', authHeaderName: 'x-token' },
      createdAt: '2100-03-01T12:00:00.000Z',
      updatedAt: '2100-03-01T12:00:00.000Z',
    });
    expect(JSON.stringify(created)).not.toContain('SECRET');
    expect((await stored(created.id))?.destination).toMatchObject({ authHeader: { value: 'SECRET' } });
    expect(await getTemplate(context, bench.caller, { templateId: created.id })).toEqual(created);
  });

  it('has a code that no other template of its project has', async () => {
    const { code } = await create();
    const detail = `The code is "${code}".`;
    await expect(create({ code })).rejects.toMatchObject(errorWith('template_code_taken', { detail }));
    expect(await create({ code }, other)).toMatchObject({ code });
  });

  it.each([
    [
      'has a pattern that cannot be used',
      { columns: [{ key: 'a', name: 'A', type: 'regex', pattern: { regex: '(' } }] },
      'template_pattern_invalid',
    ],
    [
      'has an unknown country',
      { columns: [{ key: 'a', name: 'A', type: 'phone', country: 'XX' }] },
      'invalid_request',
    ],
  ])('is refused if it %s', async (_, changes, code) => {
    const refused = input(changes);
    await expect(createTemplate(context, bench.caller, refused)).rejects.toMatchObject(errorWith(code));
    expect(await context.store.templates.getByCode(bench.caller.projectId, refused.code)).toBeNull();
  });
});

describe('a changed template', () => {
  it('keeps what is not given, and its id and its time of creation', async () => {
    const before = await create();
    clock.advance(1000);
    const after = await change(before.id, { name: 'Renamed' });
    expect(after).toEqual({ ...before, name: 'Renamed', updatedAt: '2100-03-01T12:00:01.000Z' });
    expect((await stored(before.id))?.destination).toMatchObject({ authHeader: { value: 'SECRET' } });
  });

  it.each([
    ['the same server', 'https://host.example/other', 'SECRET'],
    ['another server', 'https://elsewhere.example/hook', undefined],
    ['another port', 'https://host.example:8443/hook', undefined],
  ])('sends its auth header to %s only if that is the same one', async (_, url, value) => {
    const { id } = await create();
    await change(id, { destination: { url } });
    const { destination } = (await stored(id)) ?? {};
    if (destination?.kind !== 'webhook') throw new Error('the template has no webhook');
    expect([destination.url, destination.authHeader?.value]).toEqual([url, value]);
  });

  it('may lose its destination', async () => {
    const { id } = await create();
    expect(await change(id, { destination: null })).toMatchObject({ destination: null });
  });

  it.each([
    ['an identity without its column', { identity: ['gone'] }, 'invalid_request', 'identity.0'],
    [
      'columns without a column of the identity',
      { columns: COLUMNS.slice(1) },
      'invalid_request',
      'identity.0',
    ],
    [
      'a column that cannot be used',
      { columns: [...COLUMNS, { key: 'a', name: 'A', pattern: { regex: '(' } }] },
      'template_pattern_invalid',
      'columns.2.pattern.regex',
    ],
  ])('refuses %s, and names it', async (_, patch, code, path) => {
    const { id } = await create({ identity: ['title'] });
    await expect(change(id, patch, true)).rejects.toMatchObject(errorWith(code, { errors: [{ path }] }));
    expect(await stored(id)).toMatchObject({
      identity: ['title'],
      columns: [{ key: 'title' }, { key: 'price' }],
    });
  });

  it('can be switched between manual and automatic imports', async () => {
    const { id } = await create({ mode: 'manual' });
    expect(await change(id, { mode: 'automatic' })).toMatchObject({ mode: 'automatic' });
    expect(await change(id, { mode: 'manual' })).toMatchObject({ mode: 'manual' });
  });

  it('cannot take the code of another one', async () => {
    const [{ code }, { id }] = [await create(), await create()];
    await expect(change(id, { code })).rejects.toMatchObject(errorWith('template_code_taken'));
  });

  it('is not overwritten by a slower change that did not see it, even in the same millisecond', async () => {
    const { id } = await create();
    const racing = interceptOperations(context, async (name, proceed) => {
      if (name === 'templates.replace') await change(id, { name: 'Faster' });
      return proceed();
    });
    const request = { templateId: id, patch: { name: 'Slower' }, isForced: false };
    const slower = changeTemplate(racing, bench.caller, request);
    await expect(slower).rejects.toMatchObject(errorWith('template_changed_meanwhile'));
    expect(await stored(id)).toMatchObject({ name: 'Faster' });
  });
});

describe('a change of columns that jobs use', () => {
  it.each([
    ['a column goes', COLUMNS.slice(0, 1), 'column "price" is gone'],
    [
      'a type changes',
      [COLUMNS[0], { key: 'price', name: 'Price' }],
      'column "price" changes from number to text',
    ],
    [
      'a new column is required',
      [...COLUMNS, { key: 'sku', name: 'SKU', required: true }],
      'column "sku" is required now and is not mapped',
    ],
  ])('is refused if %s, unless it is forced', async (_, columns, reason) => {
    const { template, job } = await inUse();
    const jobs = [{ jobId: job.id, label: 'Shop', externalUserId: 'user-1', reasons: [reason] }];
    const refused = change(template.id, { columns });
    await expect(refused).rejects.toMatchObject(errorWith('template_in_use', { extra: { jobs } }));
    expect(await getTemplate(context, bench.caller, { templateId: template.id })).toEqual(template);
    clock.advance(1);
    const keys = columns.map((column) => ({ key: column?.key }));
    expect(await change(template.id, { columns }, true)).toMatchObject({ columns: keys });
  });

  it('is accepted if all jobs still work', async () => {
    const { template } = await inUse();
    clock.advance(1);
    const columns = [...COLUMNS, { key: 'note', name: 'Note' }];
    expect((await change(template.id, { columns })).columns).toHaveLength(3);
  });
});

describe('a removed template', () => {
  const remove = (templateId: string, isForced: boolean) =>
    removeTemplate(context, bench.caller, { templateId, isForced });

  it('is gone, with its code free again', async () => {
    const { id, code } = await create();
    await remove(id, false);
    await expect(remove(id, false)).rejects.toMatchObject(errorWith('template_not_found'));
    expect(await create({ code })).toMatchObject({ code });
  });

  it('is refused while it has jobs, which the error names', async () => {
    const { template, job } = await inUse();
    await expect(remove(template.id, false)).rejects.toMatchObject(
      errorWith('template_in_use', {
        extra: { jobs: [{ jobId: job.id, label: 'Shop', reasons: ['the job would be removed too'] }] },
      }),
    );
    expect(await bench.job(job.id)).toMatchObject({ status: 'active' });
  });

  it("takes the widget's unfinished drafts along", async () => {
    const { template, job } = await inUse();
    await bench.changeJob(job.id, { status: 'draft', temporaryUntil: new Date('2100-01-01') });
    await remove(template.id, false);
    expect(await context.store.jobs.get({ projectId: bench.caller.projectId, jobId: job.id })).toBeNull();
  });

  it('takes its jobs, and no others, along if that is forced', async () => {
    const [{ template, job }, kept] = [await inUse(), await inUse()];
    await remove(template.id, true);
    expect(await context.store.jobs.get({ projectId: bench.caller.projectId, jobId: job.id })).toBeNull();
    expect(bench.queue.dueTimes.has(`tick ${job.id}`)).toBe(false);
    expect(await bench.job(kept.job.id)).toMatchObject({ status: 'active' });
  });
});

describe('a template that is removed by force while a job is created', () => {
  const jobsOf = (templateId: string) =>
    context.store.jobs.listOfTemplate({ projectId: bench.caller.projectId, templateId });
  const ticks = () => [...bench.queue.dueTimes.keys()].filter((key) => key.startsWith('tick '));
  const remove = (templateId: string) =>
    removeTemplate(context, bench.caller, { templateId, isForced: true });
  /** Calls `act` once, before the first operation of this name. */
  const before = (operation: string, act: () => Promise<unknown>) => {
    let hasActed = false;
    return interceptOperations(context, async (name, proceed) => {
      if (name === operation && !hasActed) {
        hasActed = true;
        await act();
      }
      return proceed();
    });
  };
  const creating = (on: Context, templateId: string) =>
    createJob(on, bench.caller, jobInputSchema.parse(bench.jobInput(templateId, MAPPED)));

  it.each(['jobs.insert', 'queue.setTick'])(
    'leaves no job behind if it is removed before %s of the creation',
    async (operation) => {
      const { template } = await inUse();
      const ticksBefore = ticks().length;
      const on = before(operation, () => remove(template.id));
      await creating(on, template.id).catch((error) =>
        expect(error).toMatchObject(errorWith('template_not_found')),
      );
      expect(await jobsOf(template.id)).toEqual([]);
      expect(ticks().length).toBeLessThan(ticksBefore);
    },
  );

  it.each(['jobs.remove', 'templates.remove'])(
    'leaves no job behind if the job is created before %s of the removal',
    async (operation) => {
      const { template } = await inUse();
      const ticksBefore = ticks().length;
      const on = before(operation, () => creating(context, template.id));
      await removeTemplate(on, bench.caller, { templateId: template.id, isForced: true });
      expect(await jobsOf(template.id)).toEqual([]);
      expect(ticks().length).toBeLessThan(ticksBefore);
    },
  );
});

describe('a template in a session', () => {
  const columns = templateInputSchema.parse({
    code: 'x',
    name: 'X',
    columns: [{ key: 'own', name: 'Own' }],
  }).columns;
  const keysOf = async (caller: Caller, jobId?: string) =>
    (await getSessionTemplate(context, caller, { jobId })).columns.map(({ key }) => key);

  it('has neither destination nor limits', async () => {
    const { id: templateId } = await create();
    const seen = await getSessionTemplate(context, userOf({ ...bench.caller, templateId }), {});
    expect(Object.keys(seen).toSorted()).toEqual(
      [
        'id',
        'code',
        'name',
        'mode',
        'columns',
        'identity',
        'allowedSources',
        'minIntervalMinutes',
        'usersDecideHeldRuns',
        'limits',
        'allowPartial',
        'deliversToPage',
        'allowCustomColumns',
      ].toSorted(),
    );
  });

  it('has the columns of the session, else those of the job, else its own', async () => {
    const { template, job } = await inUse();
    const user = userOf({ ...bench.caller, templateId: template.id });
    expect(await keysOf(user)).toEqual(['title', 'price']);
    await bench.changeJob(job.id, { columns });
    expect(await keysOf(user, job.id)).toEqual(['own']);
    expect(await keysOf(user)).toEqual(['title', 'price']);
    expect(await keysOf(userOf({ ...bench.caller, templateId: template.id, columns }))).toEqual(['own']);
  });
});

describe('the code of a template', () => {
  it('is accepted instead of its id, and jobs store the id', async () => {
    const { id, code } = await create();
    expect(await getTemplate(context, bench.caller, { templateId: code })).toMatchObject({ id });
    expect(await change(code, { name: 'Renamed' })).toMatchObject({ id, name: 'Renamed' });
    const job = await bench.makeJob({ templateId: code, ...MAPPED });
    expect(job.templateId).toBe(id);
    await removeTemplate(context, bench.caller, { templateId: code, isForced: true });
    expect(await stored(id)).toBeNull();
    expect(await bench.job(job.id).catch(() => null)).toBeNull();
  });

  it('means nothing in another project', async () => {
    const { code } = await create();
    const found = getTemplate(context, other, { templateId: code });
    await expect(found).rejects.toMatchObject(errorWith('template_not_found'));
  });
});

describe('templates', () => {
  it('are listed for their own project alone, the newest first', async () => {
    const [older, newer] = [await create({}, other), await create({}, other)];
    const { items } = await listTemplates(context, other, { page: { limit: 2 } });
    expect(items).toEqual([newer, older]);
    const own = await listTemplates(context, bench.caller, { page });
    expect(own.items.map(({ id }) => id)).not.toContain(older.id);
  });

  it.each<[string, (caller: Caller, templateId: string) => Promise<unknown>]>([
    ['read', (caller, templateId) => getTemplate(context, caller, { templateId })],
    [
      'changed',
      (caller, templateId) =>
        changeTemplate(context, caller, { templateId, patch: { name: 'X' }, isForced: true }),
    ],
    ['removed', (caller, templateId) => removeTemplate(context, caller, { templateId, isForced: true })],
  ])('cannot be %s by users of the widget or by other projects', async (_, use) => {
    const template = await create();
    const user = userOf({ ...bench.caller, templateId: template.id });
    await expect(use(user, template.id)).rejects.toMatchObject(errorWith('not_permitted'));
    await expect(use(other, template.id)).rejects.toMatchObject(errorWith('template_not_found'));
    expect(await getTemplate(context, bench.caller, { templateId: template.id })).toEqual(template);
  });
});
