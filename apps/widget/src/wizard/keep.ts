import type { WizardState } from './state.js';

const VERSION = 1;

/** The part of `Storage` that is used. */
export type Drawer = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Where the wizard of one template and user is kept. */
export const keyOf = ({ templateId, user }: { templateId: string; user: string | null }): string =>
  `inlet:${templateId}:${user ?? ''}`;

/** Without passwords and values of headers, which are typed again after a reload. */
export function keep(state: WizardState, { drawer, key }: { drawer: Drawer; key: string }): void {
  const { source } = state;
  const kept: WizardState = {
    ...state,
    hasLostSecrets:
      state.hasLostSecrets || source.password !== '' || source.headers.some(({ value }) => value !== ''),
    source: { ...source, password: '', headers: source.headers.map(({ name }) => ({ name, value: '' })) },
  };
  try {
    if (state.step === 'done') drawer.removeItem(key);
    else drawer.setItem(key, JSON.stringify({ version: VERSION, state: kept }));
  } catch {
    // The drawer is full or closed to frames: the wizard works, and only a reload begins again.
  }
}

/** What was kept, or null. */
export function recall({ drawer, key }: { drawer: Drawer; key: string }): WizardState | null {
  try {
    const kept = JSON.parse(drawer.getItem(key) ?? 'null') as { version: number; state: WizardState } | null;
    return kept?.version === VERSION ? kept.state : null;
  } catch {
    return null;
  }
}
