// Times each contestant once and prints records per second, megabytes per second, and the highest memory seen.
export async function report(bytes, contestants) {
  for (const [name, run] of contestants) {
    globalThis.gc?.();
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    const start = process.hrtime.bigint();
    const records = await run();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    clearInterval(watch);
    const millions = (records / seconds / 1e6).toFixed(2);
    const megabytes = (bytes / seconds / 1e6).toFixed(0);
    console.log(
      `${name.padEnd(28)} ${records} records  ${millions} M/s  ${megabytes} MB/s  ${(peak / 1e6).toFixed(0)} MB`,
    );
  }
}
