import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveredRow, RecordsEvent } from '@inlet/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStoryShelf } from './story-shelf.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'inlet-shelf-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const row = (rowKey: string, change: DeliveredRow['change'], title: string): DeliveredRow => ({
  rowKey,
  change,
  version: 1,
  record: change === 'removed' ? null : 1,
  values:
    change === 'removed' ? null : { title, url: `https://times.example/${rowKey}`, topics: 'City, Sea' },
});

const delivery = (rows: DeliveredRow[]): RecordsEvent => ({
  type: 'import.records',
  timestamp: '2026-01-05T09:00:00.000Z',
  data: {
    projectId: 'prj_00000000000000000000000001',
    jobId: 'job_00000000000000000000000001',
    runId: 'run_00000000000000000000000001',
    templateId: 'tpl_00000000000000000000000001',
    templateCode: 'stories',
    externalUserId: 'u1',
    label: 'The Times',
    trigger: 'schedule',
    extra: null,
    batch: { number: 1, of: 1 },
    rows,
  },
});

describe('the story shelf', () => {
  it('puts the newest story of a feed first, and the last delivery before earlier ones', async () => {
    const shelf = await openStoryShelf({ dataDir });
    await shelf.put(delivery([row('b', 'created', 'B'), row('a', 'created', 'A')]), '2026-01-05T09:00:00Z');
    await shelf.put(delivery([row('c', 'created', 'C')]), '2026-01-05T09:01:00Z');
    expect(shelf.stories.map(({ title }) => title)).toEqual(['C', 'B', 'A']);
    expect(shelf.stories[0]?.topics).toEqual(['City', 'Sea']);
  });

  it('changes a story in its place, once, and removes removed ones', async () => {
    const shelf = await openStoryShelf({ dataDir });
    await shelf.put(delivery([row('b', 'created', 'B'), row('a', 'created', 'A')]), '2026-01-05T09:00:00Z');
    const changed = delivery([row('a', 'updated', 'A, corrected')]);
    await shelf.put(changed, '2026-01-05T09:01:00Z');
    await shelf.put(changed, '2026-01-05T09:01:00Z');
    expect(shelf.stories.map(({ title, receivedAt, changedAt }) => [title, receivedAt, changedAt])).toEqual([
      ['B', '2026-01-05T09:00:00Z', null],
      ['A, corrected', '2026-01-05T09:00:00Z', '2026-01-05T09:01:00Z'],
    ]);
    await shelf.put(delivery([row('b', 'removed', '')]), '2026-01-05T09:02:00Z');
    expect(shelf.stories.map(({ title }) => title)).toEqual(['A, corrected']);
  });

  it('keeps its stories over a restart of the server', async () => {
    const shelf = await openStoryShelf({ dataDir });
    await shelf.put(delivery([row('a', 'created', 'A')]), '2026-01-05T09:00:00Z');
    expect((await openStoryShelf({ dataDir })).stories).toEqual(shelf.stories);
  });
});
