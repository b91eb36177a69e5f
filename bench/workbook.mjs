import { generatedWorkbook } from './lib/generated-workbook.mjs';
import { runRival } from './lib/rival.mjs';
import { megabytes, printTable, ratio, seconds } from './lib/table.mjs';

const SIZES = (process.env.BENCH_WORKBOOK_ROWS ?? '100000,300000').split(',').map(Number);
const ROUNDS = 3;

/** Measures the reader of XLSX files beside hucre's stream, with shared and with inline strings. */
export async function bench() {
  const rows = [];
  for (const size of SIZES)
    for (const texts of ['shared', 'inline']) {
      const file = await generatedWorkbook(size, texts);
      const rounds = [];
      for (let round = 0; round < ROUNDS; round += 1)
        rounds.push({
          own: await runRival('own-xlsx', file.path),
          rival: await runRival('hucre-xlsx', file.path),
        });
      const { own, rival } = rounds.toSorted((a, b) => share(a) - share(b))[Math.floor(ROUNDS / 2)];
      rows.push([
        `${size} rows, ${texts} strings, ${megabytes(file.bytes / 1e6)}`,
        seconds(rival.ms),
        seconds(own.ms),
        ratio(own.ms, rival.ms),
        ratio(own.cpuMs, rival.cpuMs),
        megabytes(rival.peak),
        megabytes(own.peak),
      ]);
    }
  printTable(`XLSX, median of ${ROUNDS}`, [
    ['', 'hucre', 'Inlet', 'of hucre', 'CPU of hucre', 'hucre memory', 'Inlet memory'],
    ...rows,
  ]);
}

const share = ({ own, rival }) => own.ms / rival.ms;
