import type { WidgetGiven } from '@inlet/contracts';
import type { WizardState } from './state.js';

const VERSION = 2;

/** The part of `Storage` that is used. */
export type Drawer = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

interface Whose {
  readonly templateId: string;
  readonly user: string | null;
  readonly given: WidgetGiven | null;
}

/** Where the wizard of one template and user is kept. What began with something else given is another one. */
export const keyOf = ({ templateId, user, given }: Whose): string =>
  [`inlet:${templateId}:${user ?? ''}`, ...(given ? [digestOf(JSON.stringify(given))] : [])].join(':');

/** FNV-1a with 64 bits: enough to tell the few drafts of one person apart. */
function digestOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}

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
