const TIMEOUT_MS = 60_000;
const POLL_MS = 25;

/** Reads a value repeatedly until it is right. Throws after a minute. */
export async function waitFor<Value>(
  read: () => Promise<Value> | Value,
  isRight: (value: Value) => boolean,
): Promise<Value> {
  const giveUpAt = Date.now() + TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`never came true: ${isRight}; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** `opened` resolves when `open` is called. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function createGate(): Gate {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
