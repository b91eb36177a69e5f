import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UploadView } from '@inlet/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFrailConnection } from './frail-connection.js';
import { createManualTemplate, type ManualOpened, openManual, products } from './manual-stage.js';
import { type Stage, startStage } from './stage.js';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  [stage, folder] = await Promise.all([startStage(), mkdtemp(join(tmpdir(), 'inlet-files-'))]);
  await createManualTemplate(stage);
});
afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

const chooseFiles = ({ widget }: ManualOpened, files: Readonly<Record<string, string>>) =>
  widget.locator('input[type=file]').setInputFiles(
    Object.entries(files).map(([name, text]) => ({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    })),
  );

const uploadsOf = async (user: string): Promise<UploadView[]> =>
  (await stage.server.api<{ items: UploadView[] }>('GET', `/v1/uploads?externalUserId=${user}`)).items;

describe('files of an import', () => {
  it('become one import, without the one that does not fit', async () => {
    const opened = await openManual(stage, { options: { externalUserId: 'several' } });
    const { widget, page, cell, primary } = opened;
    await chooseFiles(opened, {
      'may.csv': products(),
      'june.csv':
        'Lamps of June;;\n\nPrice;Name;SKU;Since;State;In stock\n7.50;Lantern;J-1;2026-06-01;new;yes\n',
      'berths.csv': 'Berth;Price\nA1;4\n',
    });
    await widget.getByText('Its columns differ from those of “may.csv”.').waitFor();
    await widget.getByText('Only in this file: Berth').waitFor();
    await widget.getByRole('button', { name: 'Remove berths.csv' }).click();
    await expect.poll(() => primary.isEnabled()).toBe(true);
    await expect.poll(() => widget.getByRole('button', { name: /^Remove / }).count()).toBe(2);
    await primary.click();
    await widget.getByText('Row 1 has names').waitFor();
    await primary.click();
    await widget.locator('#pick-name').waitFor();
    await primary.click();
    await expect.poll(() => primary.textContent()).toBe('Import 19 rows');
    await cell(0, 0).waitFor();
    const [upload] = await uploadsOf('several');
    expect(upload?.files.map(({ name }) => name)).toEqual(['may.csv', 'june.csv']);
    const found = await stage.server.api('GET', `/v1/uploads/${upload?.id}/rows?contains=Lantern`);
    expect(found).toMatchObject({ rows: [{ sourceRow: { file: 'june.csv', row: 4 }, isEdited: false }] });
    await page.close();
  });

  it('go on where they stopped when the connection drops, packed if it is slow', async () => {
    const text = products(400_000);
    const path = join(folder, 'large.csv');
    await writeFile(path, text);
    const connection = await startFrailConnection(stage.server.url, { bytesPerMs: 3000 });
    const opened = await openManual(stage, {
      serverUrl: connection.url,
      options: { externalUserId: 'frail' },
    });
    const { widget, page, primary } = opened;
    const before = connection.sentBytes();
    await widget.locator('input[type=file]').setInputFiles(path);
    await expect
      .poll(() => connection.sentBytes() - before, { timeout: 30_000, interval: 20 })
      .toBeGreaterThan(2_000_000);
    connection.cut();
    await widget.getByText('The connection is lost', { exact: false }).waitFor();
    connection.mend();
    await expect
      .poll(async () => (await uploadsOf('frail'))[0]?.files[0]?.sha256, { timeout: 60_000 })
      .toBe(createHash('sha256').update(text).digest('hex'));
    expect(connection.sentBytes() - before).toBeLessThan(text.length * 0.7);
    await expect.poll(() => primary.isEnabled()).toBe(true);
    await page.close();
    await connection.close();
  });

  it('say that they changed on the disk, and can be chosen again', async () => {
    const path = join(folder, 'changing.csv');
    await writeFile(path, products(300_000));
    const connection = await startFrailConnection(stage.server.url, { bytesPerMs: 1500 });
    const opened = await openManual(stage, {
      serverUrl: connection.url,
      options: { externalUserId: 'changing' },
    });
    const { widget, page } = opened;
    const before = connection.sentBytes();
    await widget.locator('input[type=file]').setInputFiles(path);
    await expect
      .poll(() => connection.sentBytes() - before, { timeout: 30_000, interval: 20 })
      .toBeGreaterThan(1_200_000);
    await writeFile(path, products());
    await widget.getByText('The file cannot be read any more').waitFor();
    await widget.locator('input[type=file]').setInputFiles(path);
    await widget.getByText('Row 1 has names').waitFor();
    await page.close();
    await connection.close();
  });
});
