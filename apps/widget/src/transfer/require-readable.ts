import { ApiProblem } from '../api/api-problem.js';

/** Browsers report a file that was changed after it was chosen as a failure of the network. */
export async function requireReadable(file: Blob): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new ApiProblem('file_changed', { cause });
  }
}
