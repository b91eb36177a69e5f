// Loaded into a server with NODE_OPTIONS=--import: its wall clock is as many milliseconds off as the file named by
// CHAOS_CLOCK_FILE says, which may change at any time. Timers are not affected, as with a real clock that is set.
import { readFileSync } from 'node:fs';

const file = process.env.CHAOS_CLOCK_FILE;
const READ_EVERY_MS = 50;
const SystemDate = Date;
let offsetMs = 0;
let readAt = Number.NEGATIVE_INFINITY;

function now() {
  // The clock is read far more often than the file can be.
  if (performance.now() - readAt > READ_EVERY_MS) {
    readAt = performance.now();
    try {
      offsetMs = Number(readFileSync(file, 'utf8')) || 0;
    } catch {
      offsetMs = 0;
    }
  }
  return SystemDate.now() + offsetMs;
}

globalThis.Date = new Proxy(SystemDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new SystemDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
