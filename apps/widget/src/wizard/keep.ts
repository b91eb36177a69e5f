import type { WidgetGiven } from '@inlet/contracts';
import type { GivenRows } from '../session/start-widget.js';
import type { WizardState } from './state.js';
import { hasSourceSecrets, withoutSourceSecrets } from './to-source.js';

const VERSION = 6;

/** The methods of `Storage` that the wizard needs. */
export type Drawer = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

interface DrawerKeyParts {
  readonly templateId: string;
  readonly user: string | null;
  readonly given: WidgetGiven | null;
  readonly givenRows: GivenRows | null;
}

/** The storage key of a wizard: one for each template, user and prefilled data. */
export const drawerKeyOf = ({ templateId, user, given, givenRows }: DrawerKeyParts): string => {
  const data = givenRows ? { given, givenRows } : given;
  return [`inlet:${templateId}:${user ?? ''}`, ...(data ? [digestOf(JSON.stringify(data))] : [])].join(':');
};

/** FNV-1a, 64 bits: enough to tell the few drafts of one person apart. */
function digestOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}

/** Stores the wizard without passwords, tokens and keys, which the person types again after a reload. */
export function keep(state: WizardState, { drawer, key }: { drawer: Drawer; key: string }): void {
  const { source } = state;
  const kept: WizardState = {
    ...state,
    hasLostSecrets: state.hasLostSecrets || hasSourceSecrets(source),
    source: withoutSourceSecrets(source),
  };
  try {
    if (state.step === 'done') drawer.removeItem(key);
    else drawer.setItem(key, JSON.stringify({ version: VERSION, state: kept }));
  } catch {
    // Storage is full or closed to frames: the wizard works, but a reload starts over.
  }
}

/** Returns the stored wizard; null if nothing usable is stored. */
export function recall({ drawer, key }: { drawer: Drawer; key: string }): WizardState | null {
  try {
    const kept = JSON.parse(drawer.getItem(key) ?? 'null') as { version: number; state: WizardState } | null;
    return kept?.version === VERSION ? kept.state : null;
  } catch {
    return null;
  }
}
