import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualTemplate, goToReview, openManual } from './manual-stage.js';
import { type Stage, startStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await createManualTemplate(stage, {
    columns: [{ key: 'name', name: 'Name', required: true }],
    destination: { kind: 'frontend', rowsPerBatch: 2 },
  });
});
afterAll(() => stage?.close());

const FILE = { name: 'names.csv', text: 'Name\nAda\nBob\nCy\nDee\nEve\n' };

/** Code of the host's page that records batches; the second one is never answered before a reload, and Dee is rejected. */
const TAKE_ROWS = `
  window.taken = JSON.parse(sessionStorage.getItem('taken') || '[]');
  inlet.on('rows', async ({ uploadId, runId, deliveryId, batch, rows }) => {
    taken.push({ uploadId, runId, deliveryId, number: batch.number, names: rows.map((row) => row.values.name) });
    sessionStorage.setItem('taken', JSON.stringify(taken));
    if (taken.length === 2) await new Promise(() => {});
    return {
      results: rows
        .filter((row) => row.values.name === 'Dee')
        .map(({ rowKey }) => ({ rowKey, status: 'rejected', errors: [{ columnKey: 'name', message: 'Dee is known' }] })),
    };
  })`;

interface Taken {
  readonly uploadId: string;
  readonly deliveryId: string;
  readonly number: number;
  readonly names: readonly string[];
}

describe('rows for the page of the host', () => {
  it('arrive one batch at a time, again after a reload, and come back if the page rejects them', async () => {
    const opened = await openManual(stage, { options: { externalUserId: 'page' } });
    const { widget, page, primary } = opened;
    await goToReview(opened, FILE);
    await expect.poll(() => primary.textContent()).toBe('Import 5 rows');
    await primary.click();
    await widget
      .getByRole('heading', { name: 'This page did not take the rows' })
      .or(widget.getByText('This page did not take the rows'))
      .first()
      .waitFor();
    await page.evaluate(TAKE_ROWS);
    await widget.getByRole('button', { name: 'Try again' }).click();
    const taken = () => page.evaluate('taken') as Promise<Taken[]>;
    await expect.poll(async () => (await taken()).length).toBe(2);

    await page.reload();
    await page.evaluate(TAKE_ROWS);
    await page.evaluate('inlet.open()');
    await widget.getByText('1 row was rejected').first().waitFor();
    const batches = await taken();
    expect(batches.map(({ number }) => number)).toEqual([1, 2, 2, 3]);
    expect(batches[2]).toEqual(batches[1]);
    expect(batches.map(({ names }) => names.join())).toEqual(['Ada,Bob', 'Cy,Dee', 'Cy,Dee', 'Eve']);
    await widget.getByText('Dee is known').first().waitFor();
    expect(stage.receiver.requests).toHaveLength(0);
    await page.close();
  });

  it('need a page: automatic imports of such a template are refused', async () => {
    const create = stage.server.api('POST', '/v1/import-jobs', {
      templateId: 'products',
      externalUserId: 'a',
      label: 'Names',
      source: { kind: 'url', url: 'https://a.example/feed.csv' },
      recordPath: '/',
      mapping: [{ column: 'name', path: 'Name' }],
      schedule: { kind: 'days', time: '06:00' },
    });
    await expect(create).rejects.toThrow('destination_needs_server');
  });
});
