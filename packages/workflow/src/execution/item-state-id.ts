import type { Run } from '../ports/model.js';

/**
 * Under which a run's item state is stored. Each claim has its own: a worker that lost the run may still write one,
 * and must not put what it read in the place of what was sent.
 */
export const itemStateId = ({ id, stagedAttempt }: Pick<Run, 'id' | 'stagedAttempt'>): string =>
  `${id}-${stagedAttempt}`;
