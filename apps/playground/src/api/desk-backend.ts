import type { DeskConfig, DeskState, WholeBatch } from './desk-types.js';

export type JobAction = 'pause' | 'resume' | 'run' | 'delete';

/** Its message is the backend's answer. */
class DeskError extends Error {
  override readonly name = 'DeskError';
}

/** The client of the desk's backend, which holds the secret key of Inlet; this page does not know it. */
export const deskBackend = {
  config: (): Promise<DeskConfig> => ask('/demo/config').then((answer) => answer.json()),

  state: (signal: AbortSignal): Promise<DeskState> =>
    ask('/demo/state', { signal }).then((answer) => answer.json()),

  batch: (number: number): Promise<WholeBatch> =>
    ask(`/demo/batches/${number}`).then((answer) => answer.json()),

  /** Returns a token for the user who is signed in to the desk. */
  userToken: (): Promise<string> => ask('/demo/user-token').then((answer) => answer.text()),

  async act(jobId: string, action: JobAction): Promise<void> {
    const address = `/demo/jobs/${encodeURIComponent(jobId)}`;
    if (action === 'delete') await ask(address, { method: 'DELETE' });
    else await ask(`${address}/${action}`, { method: 'POST' });
  },
};

async function ask(address: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(address, init);
  if (answer.ok) return answer;
  const problem: { title?: string; detail?: string } = await answer.json().catch(() => ({}));
  throw new DeskError(problem.detail ?? problem.title ?? `The server answered with status ${answer.status}.`);
}
