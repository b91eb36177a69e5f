import { randomUUID } from 'node:crypto';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { fromFailure, ownMemory, toFailure } from '../../ingest/thread/thread-messages.js';
import { createSheetEngine, type EngineStore, type SheetEngine } from '../sheet-engine.js';
import type { FromSheetThread, SheetCall, StoreFunctions, ToSheetThread } from './sheet-messages.js';

// Entry of the thread that checks, shows and edits sheets.

/** Parts of a stream that are posted before they are processed. */
const PARTS_AHEAD = 2;

interface Calling {
  readonly controller: AbortController;
  parts: number;
  wake: () => void;
}

function serve(port: MessagePort): void {
  const post = (message: FromSheetThread, memory: ArrayBuffer[] = []) => port.postMessage(message, memory);
  const questions = createQuestions(post);
  const engine = createSheetEngine({
    store: storeOf(questions.ask),
    now: () => new Date(),
    newId: randomUUID,
    random: Math.random,
    yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const calls = new Map<number, Calling>();

  const answerCall = async (id: number, call: SheetCall) => {
    const calling: Calling = { controller: new AbortController(), parts: PARTS_AHEAD, wake: () => {} };
    calls.set(id, calling);
    const { signal } = calling.controller;
    try {
      const value = await carryOut(engine, call, {
        signal,
        onProgress: (progress) => post({ kind: 'progress', id, progress }),
        sendPart: async (bytes) => {
          while (calling.parts === 0 && !signal.aborted)
            await new Promise<void>((resolve) => {
              calling.wake = resolve;
            });
          calling.parts -= 1;
          const own = ownMemory(bytes);
          post({ kind: 'part', id, bytes: own }, [own.buffer]);
        },
      });
      post({ kind: 'result', id, answer: { kind: 'value', value } });
    } catch (error) {
      post({ kind: 'result', id, answer: { kind: 'failed', failure: toFailure(error) } });
    }
    calls.delete(id);
  };

  port.on('message', (message: ToSheetThread) => {
    if (message.kind === 'answer') return questions.answer(message);
    if (message.kind === 'call') return void answerCall(message.id, message.call);
    const calling = calls.get(message.id);
    if (!calling) return;
    if (message.kind === 'cancel') calling.controller.abort();
    else calling.parts += 1;
    calling.wake();
  });
}

interface CarryOutOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly sendPart: (bytes: Buffer) => Promise<void>;
}

async function carryOut(
  engine: SheetEngine,
  call: SheetCall,
  { sendPart, ...options }: CarryOutOptions,
): Promise<unknown> {
  switch (call.name) {
    case 'check':
      return engine.check(call.state, {
        signal: options.signal,
        onProgress: (_, progress) => options.onProgress(progress),
      });
    case 'rows':
      return engine.rows(call.state, call.query);
    case 'issues':
      return engine.issues(call.state);
    case 'columnTexts':
      return engine.columnTexts(call.state, call.mapped);
    case 'storeRejections':
      return engine.storeRejections(call.state, call.rejected);
    case 'edit':
      return engine.edit(call.state, call.patch, options);
    case 'validRows':
      for await (const bytes of engine.validRows(call.state, options.signal)) await sendPart(bytes);
      return undefined;
    case 'file':
      for await (const bytes of engine.file(call.state, call.request, options.signal)) await sendPart(bytes);
      return undefined;
    case 'findCorrections':
      return engine.findCorrections(call.state, call.corrections);
  }
}

type Ask = <Name extends keyof StoreFunctions>(
  name: Name,
  ...parameters: Parameters<StoreFunctions[Name]>
) => ReturnType<StoreFunctions[Name]>;

/** Questions to the main thread that have no answer yet. */
function createQuestions(post: (message: FromSheetThread) => void) {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let lastId = 0;
  const ask = (name: keyof StoreFunctions, ...parameters: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      post({ kind: 'ask', id: lastId, name, parameters });
    });
  return {
    ask: ask as Ask,
    answer({ id, answer }: Extract<ToSheetThread, { kind: 'answer' }>): void {
      const question = waiting.get(id);
      waiting.delete(id);
      if (answer.kind === 'value') question?.resolve(answer.value);
      else question?.reject(fromFailure(answer.failure, undefined));
    },
  };
}

/** Buffers arrive as plain `Uint8Array`s. */
const asBuffers = (found: readonly Uint8Array[]): Buffer[] =>
  found.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));

const storeOf = (ask: Ask): EngineStore => ({
  sheets: {
    insertPages: (...parameters) => ask('insertPages', ...parameters),
    listPages: (...parameters) => ask('listPages', ...parameters),
    loadPages: async (...parameters) => asBuffers(await ask('loadPages', ...parameters)),
    insertOverlays: (...parameters) => ask('insertOverlays', ...parameters),
    loadOverlays: async (...parameters) => asBuffers(await ask('loadOverlays', ...parameters)),
    insertEntry: (...parameters) => ask('insertEntry', ...parameters),
    listEntries: (...parameters) => ask('listEntries', ...parameters),
  },
  getUpload: (...parameters) => ask('getUpload', ...parameters),
  changeUpload: (...parameters) => ask('changeUpload', ...parameters),
});

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
serve(parentPort);
