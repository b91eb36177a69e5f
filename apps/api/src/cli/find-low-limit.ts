import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

const MB = 2 ** 20;
const GB = 2 ** 30;
/** Node opens about 260 at once while it loads the modules, and the server about 100 before it listens. */
const MIN_OPEN_FILES = 512;
/** Node reserves address space for WebAssembly, most of which it never uses. */
const MIN_ADDRESS_SPACE = 12 * GB;
const MIN_HEAP = 96 * MB;

/** Limits of a process; infinite if there are none, or if the system does not tell. */
export interface ProcessLimits {
  readonly openFiles: number;
  readonly addressSpaceBytes: number;
  readonly heapBytes: number;
}

/** One sentence about a limit under which Inlet cannot load, or null. Imports nothing, so that it can say so. */
export function findLowLimit(limits: ProcessLimits = readLimits()): string | null {
  const { openFiles, addressSpaceBytes, heapBytes } = limits;
  if (openFiles < MIN_OPEN_FILES)
    return `This process may open ${openFiles} files, but needs at least ${MIN_OPEN_FILES}: raise the limit (ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of Docker).`;
  if (addressSpaceBytes < MIN_ADDRESS_SPACE)
    return `This process may use ${Math.floor(addressSpaceBytes / MB)} MB of addresses, but needs ${MIN_ADDRESS_SPACE / GB} GB, most of them without memory: remove the limit (ulimit -v), and limit the memory instead (MemoryMax= of systemd, --memory of Docker).`;
  if (heapBytes < MIN_HEAP)
    return `This process may use ${Math.floor(heapBytes / MB)} MB for its objects, but needs at least ${MIN_HEAP / MB} MB: raise --max-old-space-size in NODE_OPTIONS, or give it more memory.`;
  return null;
}

function readLimits(): ProcessLimits {
  const heapBytes = getHeapStatistics().heap_size_limit;
  return { ...readSystemLimits(), heapBytes };
}

function readSystemLimits(): Pick<ProcessLimits, 'openFiles' | 'addressSpaceBytes'> {
  const text = process.platform === 'linux' ? readIfPossible('/proc/self/limits') : '';
  const softLimit = (name: string): number =>
    Number(new RegExp(`^${name} +(\\d+)`, 'm').exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
  return { openFiles: softLimit('Max open files'), addressSpaceBytes: softLimit('Max address space') };
}

function readIfPossible(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
