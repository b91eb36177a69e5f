import { Worker } from 'node:worker_threads';
import type { SheetCounts, SheetPatchResult } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { fromFailure, ownMemory, toFailure } from '../../ingest/thread/thread-messages.js';
import type { Context } from '../../ports/context.js';
import type { Sheets } from '../../ports/sheets.js';
import { type NewOverlay, type NewSheetPage, uploadRef } from '../../ports/uploads.js';
import type { SheetProgress } from '../sheet.js';
import type { Answer, FromSheetThread, SheetCall, StoreFunctions, ToSheetThread } from './sheet-messages.js';
import { createSheetOperations, kindOfPatch } from './sheet-operations.js';

/** Arrays of states are outside the heap; it holds pages and texts. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

/** A longer edit answers with an operation. */
const LONG_MS = 4000;

export type SheetsContext = Pick<Context, 'store' | 'now' | 'log' | 'newId'>;

interface PendingCall {
  readonly call: SheetCall;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** `next` asks for another part. */
  readonly onPart?: ((bytes: Buffer, next: () => void) => void) | undefined;
  readonly onProgress?: ((progress: SheetProgress) => void) | undefined;
  /** The thread has ended once during this call. */
  wasRepeated: boolean;
}

/**
 * The sheets of this process, in a thread that starts with the first call: checking a large sheet must not delay
 * requests. If the thread ends, calls that only read are repeated in a new one, which derives everything again.
 */
export function createSheets(context: SheetsContext, { longMs = LONG_MS } = {}): Sheets {
  const thread = createSheetThread(context);
  const operations = createSheetOperations(context);
  return {
    check: (state, { signal }) => thread.call({ name: 'check', state }, { signal }) as Promise<SheetCounts>,
    rows: (state, query) => thread.call({ name: 'rows', state, query }) as ReturnType<Sheets['rows']>,
    issues: (state) => thread.call({ name: 'issues', state }) as ReturnType<Sheets['issues']>,
    columnTexts: (state, mapped) =>
      thread.call({ name: 'columnTexts', state, mapped }) as ReturnType<Sheets['columnTexts']>,
    async edit(state, patch) {
      const operation = operations.begin(uploadRef(state.upload), kindOfPatch(patch));
      const work = thread.call(
        { name: 'edit', state, patch },
        { signal: operation.signal, onProgress: operation.noteProgress },
      ) as Promise<SheetPatchResult>;
      const late = startTimer(longMs);
      try {
        const result = await Promise.race([work, late.passes]);
        if (result !== LATE) return { kind: 'done', result };
      } finally {
        late.stop();
      }
      return { kind: 'running', operation: operation.publish(work) };
    },
    operation: operations.get,
    cancelOperation: operations.cancel,
    storeRejections: (state, rejected) =>
      thread.call({ name: 'storeRejections', state, rejected }) as ReturnType<Sheets['storeRejections']>,
    validRows: (state, { signal }) => thread.stream({ name: 'validRows', state }, signal),
    file: (state, request, { signal }) => thread.stream({ name: 'file', state, request }, signal),
    findCorrections: (state, corrections) =>
      thread.call({ name: 'findCorrections', state, corrections }) as ReturnType<Sheets['findCorrections']>,
    close: thread.close,
  };
}

const LATE = Symbol('late');

function startTimer(afterMs: number) {
  let timer: NodeJS.Timeout | undefined;
  const passes = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), afterMs);
  });
  return { passes, stop: () => clearTimeout(timer) };
}

interface CallOptions extends Pick<PendingCall, 'onPart' | 'onProgress'> {
  readonly signal?: AbortSignal | undefined;
}

function createSheetThread(context: SheetsContext) {
  const pending = new Map<number, PendingCall>();
  let worker: Worker | undefined;
  let lastId = 0;
  let isClosed = false;

  const post = (message: ToSheetThread, memory: ArrayBuffer[] = []) => worker?.postMessage(message, memory);

  const start = (): Worker => {
    const started = new Worker(new URL('./sheet-thread.js', import.meta.url), { resourceLimits: HEAP });
    started.on('message', receive);
    started.on('error', (error) => context.log.error({ error }, 'the thread of the sheets failed'));
    started.on('exit', () => {
      if (worker !== started) return;
      worker = undefined;
      if (!isClosed) repeatCalls();
    });
    started.unref();
    return started;
  };

  /** Repeats calls that only read, once. Edits may have been carried out. */
  const repeatCalls = () => {
    for (const [id, one] of pending) {
      const canRepeat = !one.wasRepeated && one.call.name !== 'edit' && one.onPart === undefined;
      if (!canRepeat) {
        pending.delete(id);
        one.reject(new InletError('unavailable', { detail: 'The thread of the sheets has ended.' }));
        continue;
      }
      one.wasRepeated = true;
      worker ??= start();
      post({ kind: 'call', id, call: one.call });
    }
  };

  const receive = (message: FromSheetThread) => {
    if (message.kind === 'ask') return void answerQuestion(message);
    const one = pending.get(message.id);
    if (!one) return;
    if (message.kind === 'progress') return one.onProgress?.(message.progress);
    if (message.kind === 'part') {
      return one.onPart?.(asBuffer(message.bytes), () => post({ kind: 'next', id: message.id }));
    }
    pending.delete(message.id);
    if (message.answer.kind === 'value') one.resolve(message.answer.value);
    else one.reject(fromFailure(message.answer.failure, undefined));
  };

  const functions = storeFunctions(context);
  const answerQuestion = async ({ id, name, parameters }: Extract<FromSheetThread, { kind: 'ask' }>) => {
    const asked = worker;
    let answer: Answer;
    const memory: ArrayBuffer[] = [];
    try {
      const call = functions[name] as (...given: readonly unknown[]) => Promise<unknown>;
      answer = { kind: 'value', value: giveMemory(await call(...parameters), memory) };
    } catch (error) {
      answer = { kind: 'failed', failure: toFailure(error) };
    }
    if (worker === asked) post({ kind: 'answer', id, answer }, memory);
  };

  const thread = {
    call(call: SheetCall, { signal, ...options }: CallOptions = {}): Promise<unknown> {
      if (isClosed) return Promise.reject(new InletError('unavailable', { detail: 'The server stops.' }));
      signal?.throwIfAborted();
      worker ??= start();
      lastId += 1;
      const id = lastId;
      const cancel = () => {
        post({ kind: 'cancel', id });
        const one = pending.get(id);
        // An edit may have been carried out: its answer says so.
        if (one?.call.name === 'edit') return;
        pending.delete(id);
        one?.reject(signal?.reason);
      };
      const answered = new Promise<unknown>((resolve, reject) => {
        pending.set(id, { ...options, call, resolve, reject, wasRepeated: false });
      });
      signal?.addEventListener('abort', cancel, { once: true });
      post({ kind: 'call', id, call });
      return answered.finally(() => signal?.removeEventListener('abort', cancel));
    },
    /** Yields the parts of a result, of which the thread makes no more than are taken. */
    async *stream(call: SheetCall, signal: AbortSignal): AsyncGenerator<Buffer> {
      const parts: { readonly bytes: Buffer; readonly next: () => void }[] = [];
      let wake = () => {};
      let isDone = false;
      const stop = new AbortController();
      const ended = thread
        .call(call, {
          signal: AbortSignal.any([signal, stop.signal]),
          onPart: (bytes, next) => {
            parts.push({ bytes, next });
            wake();
          },
        })
        .finally(() => {
          isDone = true;
          wake();
        });
      ended.catch(() => {});
      try {
        for (;;) {
          const part = parts.shift();
          if (part) {
            yield part.bytes;
            part.next();
          } else if (isDone) break;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
        await ended;
      } finally {
        stop.abort();
      }
    },
    async close(): Promise<void> {
      isClosed = true;
      const closing = worker;
      worker = undefined;
      for (const { reject } of pending.values())
        reject(new InletError('unavailable', { detail: 'The server stops.' }));
      pending.clear();
      await closing?.terminate();
    },
  };
  return thread;
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Bytes are handed over instead of copied. */
function giveMemory(value: unknown, memory: ArrayBuffer[]): unknown {
  if (!Array.isArray(value) || !(value[0] instanceof Uint8Array)) return value;
  const owned = value.map(ownMemory);
  for (const { buffer } of owned) memory.push(buffer);
  return owned;
}

const withBuffers = <Of extends NewSheetPage | NewOverlay>(given: readonly Of[]): Of[] =>
  given.map((one) => ({ ...one, bytes: asBuffer(one.bytes) }));

function storeFunctions({ store, now }: SheetsContext): StoreFunctions {
  const { sheets, uploads } = store;
  return {
    insertPages: (sheet, pages) => sheets.insertPages(sheet, withBuffers(pages)),
    listPages: (sheet) => sheets.listPages(sheet),
    loadPages: (sheet, numbers) => sheets.loadPages(sheet, numbers),
    insertOverlays: (sheet, id, overlays) => sheets.insertOverlays(sheet, id, withBuffers(overlays)),
    loadOverlays: (sheet, overlays) => sheets.loadOverlays(sheet, overlays),
    insertEntry: (sheet, entry) => sheets.insertEntry(sheet, entry),
    listEntries: (sheet, options) => sheets.listEntries(sheet, options),
    getUpload: (upload) => uploads.get(upload),
    changeUpload: (upload, update) => uploads.change(upload, { ...update, now: now() }),
  };
}
