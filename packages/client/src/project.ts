import type { Credential, ProjectView, Rotation } from '@inlet/contracts';
import type { ProjectChange, RotationQuestion } from './input-types.js';
import type { CallOptions, PostOptions, Sender } from './send-request.js';

/** The project of the secret key, with its keys and secrets. */
export const projectCalls = (sender: Sender) => ({
  /** Returns settings, and which keys and secrets are valid, without their values. */
  get: (options?: CallOptions): Promise<ProjectView> =>
    sender.json({ method: 'GET', path: '/project', options }),

  /** Changes which user tokens the project accepts. Members that are left out stay as they are. */
  update: (change: ProjectChange, options?: CallOptions): Promise<ProjectView> =>
    sender.json({ method: 'PATCH', path: '/project', body: change, options }),

  /** Replaces a key or secret. Returns the new value this once; the old one stays valid for `graceMinutes`. */
  rotate: (rotation: RotationQuestion, options?: PostOptions): Promise<Rotation> =>
    sender.json({ method: 'POST', path: '/project/rotations', body: rotation, options }),

  /** Ends the grace period of a key or secret: its old values stop working at once. */
  endGracePeriod: (credential: Credential, options?: CallOptions): Promise<void> =>
    sender.json({ method: 'DELETE', path: `/project/rotations/${encodeURIComponent(credential)}`, options }),
});
