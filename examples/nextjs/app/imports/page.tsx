import { InletApiError } from '@inlet/client';
import { revalidatePath } from 'next/cache';
import { inlet } from '../../lib/inlet';
import { currentUserId } from '../../lib/session';

export const dynamic = 'force-dynamic';

/** Runs, pauses, resumes or deletes an import, after a check that it belongs to the user. */
async function act(form: FormData): Promise<void> {
  'use server';
  const { importJobs } = inlet();
  const jobId = String(form.get('jobId'));
  const userId = await currentUserId();
  if ((await importJobs.get(jobId)).externalUserId !== userId) throw new Error('This import is not yours.');
  const action = form.get('action');
  try {
    if (action === 'run') await importJobs.run(jobId);
    if (action === 'pause') await importJobs.pause(jobId);
    if (action === 'resume') await importJobs.resume(jobId);
    if (action === 'delete') await importJobs.removeOfUser(userId, jobId);
  } catch (error) {
    // For example because a run of the import is active already.
    if (!(error instanceof InletApiError)) throw error;
    console.warn(`${action}: ${error.message}`);
  }
  revalidatePath('/imports');
}

const ACTIONS = { active: ['run', 'pause', 'delete'], paused: ['resume', 'delete'] } as const;

export default async function Imports() {
  const { items } = await inlet()
    .importJobs.listOfUser(await currentUserId())
    .page();
  return (
    <main>
      <h1>Imports</h1>
      {items.length === 0 && <p>No imports yet.</p>}
      {items.map(({ id, label, status, scheduleText, nextRunAt }) => (
        <form key={id} action={act}>
          <h2>{label}</h2>
          <p>
            {status}, {scheduleText}
            {nextRunAt && `, next run ${new Date(nextRunAt).toLocaleString('en')}`}
          </p>
          <input type="hidden" name="jobId" value={id} />
          {(status === 'paused' ? ACTIONS.paused : ACTIONS.active).map((action) => (
            <button key={action} type="submit" name="action" value={action}>
              {action}
            </button>
          ))}
        </form>
      ))}
    </main>
  );
}
