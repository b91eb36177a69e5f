import { NO_SHEET_COUNTS, type UploadView } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import {
  canGoToManual,
  type ManualEvent,
  type ManualState,
  newManual,
  reduceManual,
  stepOf,
} from './manual-state.js';

const HEADING = {
  path: 'Name',
  label: 'Name',
  coverage: 1,
  records: 2,
  samples: ['Lamp'],
  repeats: false,
  mostRepeats: 1,
  isAboveRecord: false,
  proposedType: 'text' as const,
};
const FILE = {
  id: 'fil_1',
  name: 'lamps.csv',
  sizeBytes: 10,
  receivedBytes: 10,
  sha256: '0',
  format: 'csv' as const,
  encoding: 'utf-8',
  delimiter: ',',
  worksheets: [],
  worksheet: null,
  sameAs: null,
  error: null,
  mismatch: null,
};

const uploadOf = (more: Partial<UploadView> = {}): UploadView => ({
  id: 'upl_1',
  origin: 'person',
  templateId: 'tpl_1',
  externalUserId: 'ada',
  jobId: 'job_1',
  label: 'lamps.csv',
  status: 'mapping',
  files: [FILE],
  header: null,
  headings: [HEADING],
  mapping: null,
  customColumns: [],
  counts: NO_SHEET_COUNTS,
  isScanned: true,
  revision: 1,
  runIds: [],
  undoneRunIds: [],
  contentsRemovedAt: null,
  error: null,
  createdAt: '2026-01-31T09:00:00.000Z',
  updatedAt: '2026-01-31T09:00:00.000Z',
  expiresAt: '2026-02-28T09:00:00.000Z',
  ...more,
});

const after = (...events: ManualEvent[]): ManualState => events.reduce(reduceManual, newManual());
const transfer = { files: [{ name: 'lamps.csv', sentBytes: 0, sizeBytes: 10 }], isInterrupted: false };
const mapping = [{ column: 'name', path: 'Name' }];

describe('the import of a file', () => {
  it('opens the next step as soon as the headings are known, while the file still arrives', () => {
    const begun = after(
      { type: 'beginTransfer', transfer },
      { type: 'receiveUpload', upload: uploadOf({ status: 'receiving', headings: [] }) },
    );
    expect(begun.step).toBe('upload');
    const arrived = reduceManual(begun, { type: 'receiveUpload', upload: uploadOf() });
    expect([arrived.step, arrived.transfer]).toEqual(['header', transfer]);
  });

  it('waits until all files are read, and goes back to the one that does not fit', () => {
    const other = { ...FILE, id: 'fil_2', name: 'desks.csv' };
    const begun = after({ type: 'beginTransfer', transfer });
    const half = uploadOf({ status: 'receiving', isScanned: false, files: [FILE, other] });
    const waiting = reduceManual(begun, { type: 'receiveUpload', upload: half });
    expect(waiting.step).toBe('upload');
    const read = reduceManual(waiting, { type: 'receiveUpload', upload: uploadOf({ files: [FILE, other] }) });
    expect(read.step).toBe('header');
    const mismatch = { missing: ['Name'], extra: [] };
    const misfit = uploadOf({ files: [FILE, { ...other, mismatch }] });
    const stopped = reduceManual(read, { type: 'receiveUpload', upload: misfit });
    expect([stopped.step, stepOf(misfit), canGoToManual(stopped, 'header')]).toEqual([
      'upload',
      'upload',
      true,
    ]);
  });

  it('stays where the person goes back to', () => {
    const state = after(
      { type: 'beginTransfer', transfer },
      { type: 'receiveUpload', upload: uploadOf() },
      { type: 'goToStep', step: 'upload' },
      { type: 'receiveUpload', upload: uploadOf({ updatedAt: '2026-01-31T09:00:01.000Z' }) },
    );
    expect(state.step).toBe('upload');
  });

  it('skips the headings of formats that name their values', () => {
    const json = uploadOf({ files: [{ ...FILE, format: 'json' }] });
    const state = after({ type: 'beginTransfer', transfer }, { type: 'receiveUpload', upload: json });
    expect(state.step).toBe('map');
    expect(canGoToManual(state, 'header')).toBe(false);
  });

  it('goes back to the file if it turns out to be unreadable', () => {
    const state = after(
      { type: 'resume', upload: uploadOf() },
      { type: 'receiveUpload', upload: uploadOf({ status: 'unreadable' }) },
    );
    expect(state.step).toBe('upload');
  });

  it.each([
    ['the headings', {}, 'header'],
    ['the rows', { mapping, status: 'needs_review' }, 'review'],
    ['the delivery', { mapping, status: 'delivering', runIds: ['run_1'] }, 'finish'],
  ] as const)('goes on with %s', (_what, more, step) => {
    expect(after({ type: 'resume', upload: uploadOf(more as Partial<UploadView>) }).step).toBe(step);
  });

  it('does not let an older state replace a newer one', () => {
    const newer = uploadOf({ updatedAt: '2026-01-31T10:00:00.000Z', status: 'needs_review', mapping });
    const state = after({ type: 'resume', upload: newer }, { type: 'receiveUpload', upload: uploadOf() });
    expect(state.upload?.status).toBe('needs_review');
  });

  it('keeps the chosen columns if the suggestions arrive late', () => {
    const state = after(
      { type: 'resume', upload: uploadOf() },
      { type: 'mapColumn', column: 'name', to: { column: 'name', value: 'Lamp' } },
      {
        type: 'receiveSuggestions',
        suggested: { suggestions: [], mapping: [{ column: 'name', path: 'Name' }], remembered: null },
      },
    );
    expect(state.mapping.name).toEqual({ column: 'name', value: 'Lamp' });
  });

  it('goes back to the file before if another one cannot be sent', () => {
    const earlier = uploadOf();
    const state = after({ type: 'beginTransfer', transfer }, { type: 'failTransfer', earlier });
    expect([state.transfer, state.upload]).toEqual([null, earlier]);
  });
});
