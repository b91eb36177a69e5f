import { describe, expect, it } from 'vitest';
import { EMPTY_AUTH } from './auth-form.js';
import { drawerKeyOf, keep, recall } from './keep.js';
import { newWizard, reduce } from './reduce.js';

function memory() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}
const typed = reduce(newWizard('UTC'), {
  type: 'updateSource',
  source: {
    address: 'https://a.example/',
    auth: { ...EMPTY_AUTH, kind: 'basic', username: 'ada', password: 'hush', token: 'hush' },
  },
});

describe('storing the wizard', () => {
  it('stores everything but passwords, tokens and keys, and marks them as lost', () => {
    const drawer = memory();
    keep(typed, { drawer, key: 'k' });
    expect([...drawer.items.values()].join()).not.toContain('hush');
    expect(recall({ drawer, key: 'k' })).toEqual({
      ...typed,
      hasLostSecrets: true,
      source: { ...typed.source, auth: { ...EMPTY_AUTH, kind: 'basic', username: 'ada' } },
    });
  });

  it('has one key for each template, user and prefilled data', () => {
    const empty = { url: null, name: null, schedule: null, mapping: [], values: {} };
    const givenRows = null;
    const beginnings = [null, empty, { ...empty, url: 'https://a.example/' }];
    const keys = ['a', 'b'].flatMap((templateId) =>
      ['x', null].flatMap((user) =>
        beginnings.map((given) => drawerKeyOf({ templateId, user, given, givenRows })),
      ),
    );
    expect(new Set(keys).size).toBe(12);
    expect(drawerKeyOf({ templateId: 'a', user: 'x', given: { ...empty }, givenRows })).toBe(keys[1]);
    const withRows = drawerKeyOf({ templateId: 'a', user: 'x', given: empty, givenRows: [{ name: 'A' }] });
    expect(keys).not.toContain(withRows);
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(40);
  });

  it('removes a finished wizard', () => {
    const drawer = memory();
    keep(typed, { drawer, key: 'k' });
    keep({ ...typed, step: 'done' }, { drawer, key: 'k' });
    expect(drawer.items.size).toBe(0);
  });

  it('returns null if nothing, an older version or unreadable data is stored', () => {
    const drawer = memory();
    expect(recall({ drawer, key: 'k' })).toBeNull();
    drawer.setItem('k', '{"version":0,"state":{}}');
    expect(recall({ drawer, key: 'k' })).toBeNull();
    drawer.setItem('k', '{');
    expect(recall({ drawer, key: 'k' })).toBeNull();
  });

  it('works without storage', () => {
    const closed = () => {
      throw new Error('closed');
    };
    const drawer = { getItem: closed, setItem: closed, removeItem: closed };
    keep(typed, { drawer, key: 'k' });
    expect(recall({ drawer, key: 'k' })).toBeNull();
  });
});
