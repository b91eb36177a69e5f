import type { JobView, Page, WebhookEvent } from '@inlet/contracts';
import { secondsFromNow, signUserToken } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImport, type Opened, openWidget, pick, rss, type Stage, startStage } from './stage.js';

describe('my imports', () => {
  let stage: Stage;
  let opened: Opened;
  const userTokenOf = (sub: string, claims: object = {}) =>
    signUserToken({
      secret: stage.server.project.userTokenSecret,
      claims: { sub, exp: secondsFromNow(600), ...claims },
    });
  beforeAll(async () => {
    stage = await startStage();
    const url = stage.feeds.route('/times.xml', (request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer right' ? 200 : 401).end(rss());
    });
    await stage.server.api('POST', '/v1/import-jobs', {
      templateId: stage.template.id,
      externalUserId: 'ada',
      label: 'Times',
      source: { kind: 'url', url, headers: { authorization: 'Bearer right' } },
      recordPath: '/rss/channel/item',
      mapping: [
        { column: 'title', path: 'title' },
        { column: 'url', path: 'link' },
        { column: 'price', path: 'price' },
      ],
      schedule: { kind: 'weeks', weekdays: ['monday'], time: '07:00', timeZone: 'Europe/Berlin' },
    });
    const userToken = userTokenOf('ada');
    opened = await openWidget(stage, { options: { userToken, view: 'imports' } });
  });
  afterAll(() => stage?.close());

  it('are listed with schedule, status and next run', async () => {
    const row = opened.widget.getByRole('listitem').filter({ hasText: 'Times' });
    await row.waitFor();
    const text = (await row.textContent()) ?? '';
    expect(text).toContain('Every Monday at 07:00, Berlin time');
    expect(text).toContain('Active');
    expect(text).toContain('Has not run yet');
  });

  it('can be run now, with progress, result and a download of issues', async () => {
    const { widget, page } = opened;
    await widget.getByRole('button', { name: 'Times', exact: true }).click();
    await widget.getByRole('button', { name: 'Run now' }).click();
    await widget.getByText('10 new').first().waitFor();
    await widget.getByRole('button', { name: '2 issues' }).click();
    await widget.getByRole('cell', { name: 'much' }).first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      widget.getByRole('button', { name: 'Download all (CSV)' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^run_\w+-issues\.csv$/);
  });

  it('can be paused and resumed', async () => {
    const { widget, events } = opened;
    await widget.getByRole('button', { name: 'Pause' }).click();
    await widget.getByText('Paused', { exact: true }).waitFor();
    await widget.getByRole('button', { name: 'Resume' }).click();
    await widget.getByText('Active', { exact: true }).waitFor();
    const updates = (await events()).filter(([name]) => name === 'jobUpdated').map(([, data]) => data.status);
    expect(updates).toEqual(['paused', 'active']);
  });

  it('can be changed in the wizard without typing the password again', async () => {
    const { widget, next } = opened;
    await widget.getByRole('button', { name: 'Edit' }).click();
    await widget.getByRole('heading', { name: 'Where does the data come from?' }).waitFor();
    await next();
    await widget.getByText('3 of 5 columns mapped').waitFor();
    await widget.getByText(/rows needs? attention/).waitFor();
    await next();
    await widget.getByLabel('Every').fill('2');
    await widget.getByText('Every 2 weeks on Monday').waitFor();
    await next();
    await widget.getByText('The next run would bring nothing').waitFor();
    await widget.getByText('10 unchanged').waitFor();
    await widget.getByLabel('Name of this import').fill('The Times');
    await widget.getByRole('button', { name: 'Save changes' }).click();
    await widget.getByRole('heading', { name: 'The Times is changed' }).waitFor();
    await widget.getByRole('button', { name: 'Go to my imports' }).click();
    await widget.getByText(/Every 2 weeks on Monday/).waitFor();
    const run = widget.getByRole('button', { name: 'The Times', exact: true });
    await run.click();
    await widget.getByRole('button', { name: 'Run now' }).click();
    await widget.getByText('10 unchanged').first().waitFor();
  });

  it('show what the next run would do with another mapping, and save nothing before the person confirms', async () => {
    const { widget, next } = opened;
    await widget.getByRole('button', { name: 'Edit' }).click();
    await next();
    await pick(opened, { column: 'title', search: 'guid' });
    await widget.getByRole('cell', { name: 's-0' }).waitFor();
    await next();
    await next();
    await widget.getByText('The next run brings 10 rows').waitFor();
    await widget.getByText('10 changed').waitFor();
    await widget.getByText('2 rows need attention and stay out.').waitFor();
    const jobs = await stage.server.api<Page<JobView>>('GET', '/v1/import-jobs/user/ada');
    expect(jobs.items[0]?.mapping[0]).toEqual({ column: 'title', path: 'title' });
    await widget.getByRole('button', { name: 'My imports' }).click();
    await widget.getByRole('button', { name: 'The Times', exact: true }).click();
    await widget.getByText('Trial, nothing sent').first().waitFor();
  });

  it("describe cron expressions in the person's language wherever a schedule is shown", async () => {
    const userToken = userTokenOf('ada');
    const german = await openWidget(stage, { options: { userToken, view: 'imports', locale: 'de' } });
    const { widget, page } = german;
    const words = 'Um 07:30, Montag bis Freitag, Zeit in Berlin';
    await widget.getByRole('button', { name: 'The Times', exact: true }).click();
    await widget.getByRole('button', { name: 'Ändern', exact: true }).click();
    await widget.getByRole('button', { name: 'Zeitplan' }).click();
    await widget.getByRole('button', { name: 'Stattdessen einen Cron-Ausdruck eingeben' }).click();
    await widget.getByLabel('Cron-Ausdruck').fill('30 7 * * 1-5');
    await widget.getByText(words).waitFor();
    const on = () => widget.locator('footer button[type=submit]').click();
    await on();
    await widget.locator('dl').getByText(words).waitFor();
    await on();
    await widget.getByRole('heading', { name: 'The Times wurde geändert' }).waitFor();
    await widget.getByText(words).waitFor();
    await widget.getByRole('button', { name: 'Zu meinen Importen' }).click();
    await widget.getByRole('listitem').getByText(words).waitFor();
    await widget.getByRole('button', { name: 'The Times', exact: true }).click();
    await widget.locator('dl').getByText(words).waitFor();
    await page.close();
  });

  it('can be changed with the columns they were created with, in a session without these', async () => {
    const { publishableKey } = stage.server.project;
    const send = async <Answer>(path: string, body: unknown, sessionToken = '') => {
      const response = await fetch(`${stage.server.url}/widget/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${sessionToken}` },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Answer;
    };
    const schema = [{ key: 'headline', name: 'Headline', required: true }];
    const { sessionToken } = await send<{ sessionToken: string }>('sessions', {
      publishableKey,
      template: 'stories',
      origin: new URL(stage.site.url('/')).origin,
      userToken: userTokenOf('grace', { schema }),
    });
    const url = stage.feeds.route('/open.xml', { body: rss() });
    const job = {
      label: 'Own columns',
      source: { kind: 'url', url },
      recordPath: '/rss/channel/item',
      mapping: [{ column: 'headline', path: 'title' }],
      schedule: { kind: 'days', time: '07:00' },
    };
    await send('jobs', job, sessionToken);

    const userToken = userTokenOf('grace');
    const { widget, page, next } = await openWidget(stage, { options: { userToken, view: 'imports' } });
    await widget.getByRole('button', { name: 'Own columns', exact: true }).click();
    await widget.getByRole('button', { name: 'Edit' }).click();
    await next();
    await widget.getByText('1 of 1 columns mapped').waitFor();
    await pick({ widget, page } as Opened, { column: 'headline', search: 'guid' });
    await widget.getByRole('cell', { name: 's-0' }).waitFor();
    await next();
    await next();
    await widget.getByText('The next run brings 12 rows').waitFor();
    await widget.getByRole('button', { name: 'Save changes' }).click();
    await widget.getByRole('heading', { name: 'Own columns is changed' }).waitFor();
    const jobs = await stage.server.api<Page<JobView>>('GET', '/v1/import-jobs/user/grace');
    expect(jobs.items[0]?.mapping).toEqual([{ column: 'headline', path: 'guid' }]);
    await page.close();
  });

  it('send the rows again that the receiver rejected, and show when it takes them', async () => {
    const user = 'lovelace';
    stage.receiver.answerWith(({ json }) => {
      const event = json as WebhookEvent;
      if (event.type !== 'import.records') return {};
      const [first] = event.data.rows;
      return { body: { results: [{ rowKey: first?.rowKey, status: 'rejected', errors: ['sold out'] }] } };
    });
    const url = stage.feeds.route('/rejected.xml', { body: rss() });
    const job = await createImport(stage, { user, label: 'Rejected', url, more: { runNow: true } });
    const lastRun = async () => (await stage.server.api<JobView>('GET', `/v1/import-jobs/${job.id}`)).lastRun;
    await expect.poll(async () => (await lastRun())?.counts.rowsRejected, { timeout: 60_000 }).toBe(1);
    const { widget, page } = await openWidget(stage, {
      options: { userToken: userTokenOf(user), view: 'imports' },
    });
    const rejected = widget.getByText('1 row was rejected by the receiver.');
    await rejected.waitFor();
    await widget.getByRole('button', { name: 'Rejected', exact: true }).click();
    await widget.getByRole('button', { name: 'Send them again' }).waitFor();
    await rejected.waitFor();
    stage.receiver.answerWith({});
    await widget.getByRole('button', { name: 'Send them again' }).click();
    await widget.getByText('1 row is on its way again.').waitFor();
    await widget.getByText('1 row is on its way again.').waitFor({ state: 'detached' });
    expect(await rejected.isVisible()).toBe(false);
    await page.close();
  });

  it('show the end of a long address, and why a run failed', async () => {
    const user = 'tells-apart';
    const create = (label: string, path: string) =>
      createImport(stage, { user, label, url: stage.feeds.url(path), more: { runNow: true } });
    const folder = '/exports/2026/november/northern-harbour-district/complete-catalogue.xml';
    await create('Shoes', `${folder}?format=rss&category=shoes`);
    await create('Hats', `${folder}?format=rss&category=hats`);
    const { widget, page } = await openWidget(stage, {
      options: { userToken: userTokenOf(user), view: 'imports' },
      width: 390,
    });
    for (const [label, category] of [
      ['Shoes', 'shoes'],
      ['Hats', 'hats'],
    ] as const) {
      const row = widget.getByRole('listitem').filter({ has: widget.getByText(label, { exact: true }) });
      const address = row.getByTitle(`${stage.feeds.url(folder)}?format=rss&category=${category}`);
      const end = address.locator('span').last();
      expect(await end.textContent()).toMatch(new RegExp(`&category=${category}$`));
      const [whole, shown] = await Promise.all([address.boundingBox(), end.boundingBox()]);
      if (!whole || !shown) throw new Error('The address is not shown.');
      expect(shown.x).toBeGreaterThan(whole.x);
      expect(shown.x + shown.width).toBeLessThanOrEqual(whole.x + whole.width + 1);
    }
    await widget.getByRole('button', { name: 'Shoes', exact: true }).click();
    const failed = widget.getByRole('listitem').filter({ hasText: 'Failed' });
    await failed.getByText('There is nothing at this address').waitFor();
    expect(await failed.getByText('No items').count()).toBe(0);
    await page.close();
  });

  it('are deleted only after a question', async () => {
    const { widget } = opened;
    await widget.getByRole('button', { name: 'Delete' }).click();
    await widget.getByRole('button', { name: 'Cancel' }).click();
    await widget.getByRole('heading', { name: 'The Times' }).waitFor();
    await widget.getByRole('button', { name: 'Delete' }).click();
    await widget.getByRole('button', { name: 'Delete import' }).click();
    await widget.getByText('No imports yet').waitFor();
  });
});
