/**
 * Calls `act` for each entry in random order, several at a time as users would, until the time is over. Resolves with
 * the number of calls. At least one round is made.
 */
export async function tryInTime(entries, { random, seconds, act, atOnce = 12 }) {
  const stopAt = performance.now() + seconds * 1000;
  const queue = shuffled(entries, random);
  let calls = 0;
  const work = async () => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      calls += 1;
      await act(entry);
      if (performance.now() > stopAt) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return calls;
}

function shuffled(entries, random) {
  const left = [...entries];
  return Array.from(entries, () => left.splice(random.between(0, left.length - 1), 1)[0]);
}
