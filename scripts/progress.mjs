const BETWEEN_LINES_MS = 5000;

/**
 * Shows the steps of a long task, one line for each, with the seconds that it took: rewritten in place in a terminal,
 * otherwise appended, at most every five seconds.
 */
export function createProgress({ out = process.stdout, now = () => performance.now() } = {}) {
  let step;
  let ticker;
  let lastLineAt = 0;

  const seconds = () => Math.round((now() - step.startedAt) / 1000);

  function draw() {
    const { name, detail, usually } = step;
    const notes = [`${seconds()} s`, detail, usually].filter(Boolean).join(', ');
    if (out.isTTY) out.write(`\r\u001b[K${name} ... ${notes}`);
    else if (now() - lastLineAt >= BETWEEN_LINES_MS) {
      out.write(`${name} ... ${notes}\n`);
      lastLineAt = now();
    }
  }

  function end() {
    if (!step) return;
    clearInterval(ticker);
    out.write(`${out.isTTY ? '\r\u001b[K' : ''}${step.name}: ${seconds()} s\n`);
    step = undefined;
  }

  return {
    end,
    /** Ends the current step and begins the next one. `usually` says how long it takes. */
    begin(name, { usually } = {}) {
      end();
      step = { name, usually, detail: undefined, startedAt: now() };
      lastLineAt = 0;
      draw();
      ticker = setInterval(draw, 1000);
      ticker.unref();
    },
    update(detail) {
      if (detail === undefined) return;
      step.detail = detail;
      draw();
    },
  };
}
