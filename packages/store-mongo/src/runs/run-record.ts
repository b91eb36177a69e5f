import { isFinished } from '@inlet/contracts';
import type { JobProposal, Run, RunChanges } from '@inlet/workflow';
import type { Cipher } from '../create-aes-cipher.js';
import type { RunRecord } from './run-schema.js';

const proposalContext = (runId: string): string => `run:${runId}:proposal`;

export const toRunRecord = ({ id, about, sample, proposal, ...rest }: Run, cipher: Cipher): RunRecord => ({
  _id: id,
  ...rest,
  ...(isFinished(rest.outcome) ? {} : { isUnfinished: true }),
  ...(proposal && { sealedProposal: cipher.encrypt(JSON.stringify(proposal), proposalContext(id)) }),
  aboutJson: JSON.stringify(about),
  sampleJson: JSON.stringify(sample),
});

export const toRun = (
  { _id, isUnfinished: _, sealedProposal, aboutJson, sampleJson, ...rest }: RunRecord,
  cipher: Cipher,
): Run => ({
  id: _id,
  ...rest,
  proposal: sealedProposal === undefined ? null : openProposal(sealedProposal, { runId: _id, cipher }),
  about: JSON.parse(aboutJson),
  sample: JSON.parse(sampleJson),
});

const openProposal = (sealed: string, { runId, cipher }: { runId: string; cipher: Cipher }): JobProposal =>
  JSON.parse(cipher.decrypt(sealed, proposalContext(runId)));

/** The update that makes these changes; keeps `isUnfinished` in step with the outcome, and proposals no longer. */
export function toRunUpdate({ about, sample, ...changes }: RunChanges): {
  $set: Partial<RunRecord>;
  $unset?: { isUnfinished: 1; sealedProposal: 1 };
} {
  const set = {
    ...changes,
    ...(about === undefined ? {} : { aboutJson: JSON.stringify(about) }),
    ...(sample === undefined ? {} : { sampleJson: JSON.stringify(sample) }),
  };
  if (changes.outcome === undefined) return { $set: set };
  if (isFinished(changes.outcome)) return { $set: set, $unset: { isUnfinished: 1, sealedProposal: 1 } };
  return { $set: { ...set, isUnfinished: true } };
}
