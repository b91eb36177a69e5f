import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Column, columnSchema, createSourceWarning, InletError } from '@inlet/contracts';
import {
  createThreadedReader,
  type ReadChanges,
  type ReadChangesOptions,
  type ReadPiece,
  readChanges,
} from '@inlet/workflow';
import { describe, expect, test } from 'vitest';

const inThread = createThreadedReader({ maxThreads: 4, inlineBytes: 0 });

const column = (key: string, more: object = {}): Column => columnSchema.parse({ key, name: key, ...more });
const COLUMNS = [
  column('title', { required: true }),
  column('price', { type: 'number', onInvalid: 'reject' }),
];

const requestOf = (items: readonly Uint8Array[] = []) => ({
  rows: {
    template: {
      columns: COLUMNS,
      uniqueTogether: [],
      limits: { maxSourceBytes: 1_000_000_000, maxRecords: 1_000_000 },
    },
    identity: {
      columns: [],
      decided: { basis: 'id' as const, paths: null },
      candidates: null,
      isContentChosen: false,
    },
    filter: null,
    ignoreColumns: [],
    formerIgnoreColumns: null,
    recordPath: '/rss/channel/item',
    parseOptions: {},
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'price', path: 'price' },
    ],
    hints: { charset: null, baseUrl: 'https://site.example/feed' },
  },
  items,
  changeDetection: { send: 'new_and_changed' as const, removed: true, ignoreColumns: [] },
  isRekey: false,
  firstRun: 'all' as const,
  version: 7,
  today: 20_000,
  batch: { maxRows: 100, maxBytes: 100_000 },
});

const item = (number: number, price = `${number}.5`) =>
  `<item><guid>${number}</guid><title>Tïtle ${number}</title><price>${price}</price></item>`;
const feed = (items: readonly string[]) => `<rss><channel>${items.join('')}</channel></rss>`;
const many = (count: number, price?: string) =>
  Array.from({ length: count }, (_, number) => item(number, price));

/** In chunks of `size` bytes that share their memory, as unpacked bodies do; then `fault`, if there is one. */
async function* source(text: string, { size = 10_007, fault }: { size?: number; fault?: unknown } = {}) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  if (fault) throw fault;
}

/** All pieces, batches as the number of their rows and a digest, and what was thrown. */
async function readAll(
  read: ReadChanges,
  bytes: AsyncIterable<Uint8Array>,
  items?: readonly Uint8Array[],
  options?: ReadChangesOptions,
) {
  const reading = read(bytes, requestOf(items), options);
  const pieces: unknown[] = [];
  let end: Extract<ReadPiece, { kind: 'end' }> | undefined;
  try {
    for await (const piece of reading) {
      // how many bytes were needed for it depends on how the source is cut
      const { bytes: _, ...counts } = piece.counts;
      if (piece.kind === 'end') end = piece;
      if (piece.kind === 'batch') {
        pieces.push({ rows: piece.rows, digest: hash('sha1', piece.body), counts });
        reading.recycle(piece.body);
      } else pieces.push({ ...piece, counts });
    }
  } catch (error) {
    return { pieces, end, error };
  }
  return { pieces, end, error: undefined };
}

const itemsAfter = ({ end }: Awaited<ReturnType<typeof readAll>>) =>
  end?.items.map((part) => Buffer.from(part));

describe('a reading in a thread', () => {
  test('reads page after page, and drops what a reader leaves of a page', async () => {
    const pages = [feed(many(3000).slice(0, 1500)), feed(many(3000).slice(1500)), feed([item(1)])];
    const readPages = async (read: ReadChanges) => {
      const turned: object[] = [];
      const left = pages.map((page) => `${page}${' '.repeat(600_000)}`);
      const turnPage: ReadChangesOptions['turnPage'] = async (page) => {
        turned.push(page);
        const text = left.shift();
        return text === undefined
          ? { kind: 'end', incomplete: createSourceWarning('pages_left', {}), isEarly: false }
          : { kind: 'page', bytes: source(text), hints: { charset: null, baseUrl: null } };
      };
      const first = source(left.shift() ?? '');
      return { ...(await readAll(read, first, undefined, { turnPage })), turned };
    };
    const there = await readPages(inThread);
    expect(there).toEqual(await readPages(readChanges));
    expect(there.end).toMatchObject({
      incomplete: { reason: 'pages_left' },
      counts: { records: 3000, created: 3000, duplicates: 0 },
    });
    expect(there.turned).toMatchObject([
      { records: 1500, isRepeated: false },
      { records: 1500, isRepeated: false },
      { records: 1, isRepeated: true },
    ]);
  });

  test('throws the error of a page that cannot be opened', async () => {
    const fault = new InletError('source_timeout');
    const turnPage = () => Promise.reject(fault);
    for (const read of [inThread, readChanges])
      expect((await readAll(read, source(feed(many(10))), undefined, { turnPage })).error).toBe(fault);
  });

  test('returns what the reader on the calling thread returns, the first time and after changes', async () => {
    const before = feed([...many(2500), item(7), item(9999, 'no number')]);
    const here = await readAll(readChanges, source(before));
    const there = await readAll(inThread, source(before));
    expect(there).toEqual(here);
    expect(here.end).toMatchObject({
      knownItems: 2500,
      counts: { records: 2502, created: 2500, duplicates: 1, invalid: 1, batches: 25, issues: 2 },
    });

    const after = feed([...many(2400), item(3000), item(5, '99')]);
    const hereAgain = await readAll(readChanges, source(after), itemsAfter(here));
    const thereAgain = await readAll(inThread, source(after), itemsAfter(there));
    expect(thereAgain).toEqual(hereAgain);
    expect(hereAgain.end).toMatchObject({
      counts: { created: 2, unchanged: 2400, removed: 100, duplicates: 0, batches: 2 },
    });
  });

  test('throws the error of the reader, with its code and position, after the rows before it', async () => {
    const records = Array.from({ length: 300 }, (_, number) => `{"n":${number}},`).join('');
    const broken = `{"items":[${records}`;
    const jsonRequest = (read: ReadChanges) => readAll(read, source(broken));
    const [here, there] = await Promise.all([jsonRequest(readChanges), jsonRequest(inThread)]);
    expect(there).toEqual(here);
    expect(there.error).toBeInstanceOf(InletError);
    const empty = await readAll(inThread, source(' \n'));
    expect(empty.error).toMatchObject({ code: 'source_empty' });
  });

  test('throws the error object of the source, after the bytes before it were read', async () => {
    const fault = new InletError('source_interrupted', { detail: 'cable cut' });
    const { pieces, error } = await readAll(inThread, source(feed(many(500)), { fault }));
    expect(error).toBe(fault);
    expect(pieces.filter((piece) => Object.hasOwn(Object(piece), 'digest'))).toHaveLength(4);
  });

  test('does not transfer memory that it does not own', async () => {
    const text = feed(many(300));
    const bytes = Buffer.from(text);
    async function* shared() {
      for (let at = 0; at < bytes.length; at += 500) yield bytes.subarray(at, at + 500);
    }
    await readAll(inThread, shared());
    expect(bytes.toString()).toBe(text);
  });

  test('closes the source and ends when its caller stops reading', async () => {
    let isClosed = false;
    async function* endless() {
      try {
        yield Buffer.from('<rss><channel>');
        for (;;) yield Buffer.from(many(1000).join(''));
      } finally {
        isClosed = true;
      }
    }
    for await (const piece of inThread(endless(), requestOf())) if (piece.kind === 'batch') break;
    await expect.poll(() => isClosed).toBe(true);
  });

  test('stops with the reason of its signal, even while the source is silent', async () => {
    const stop = new AbortController();
    async function* silent() {
      yield Buffer.from(feed(many(10)));
      await delay(60_000, undefined, { ref: false });
    }
    const reason = new Error('enough');
    const read = async () => {
      for await (const _ of inThread(silent(), requestOf(), { signal: stop.signal }));
    };
    setTimeout(() => stop.abort(reason), 100);
    await expect(read()).rejects.toBe(reason);
  });

  test('leaves the process free for other work', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    const text = feed(many(100_000));
    ticks = 0;
    const { end } = await readAll(inThread, source(text, { size: 1_000_000 }));
    clearInterval(timer);
    expect(end?.counts.created).toBe(100_000);
    expect(ticks).toBeGreaterThan(20);
  });
});

test('small sources, and those beyond the number of threads, are read on the calling thread', async () => {
  const text = feed(many(2000));
  const expected = await readAll(readChanges, source(text));
  for (const options of [
    { maxThreads: 4, inlineBytes: 1_000_000 },
    { maxThreads: 0, inlineBytes: 0 },
  ])
    expect(await readAll(createThreadedReader(options), source(text))).toEqual(expected);
});
