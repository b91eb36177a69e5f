import { describe, expect, it } from 'vitest';
import { keep, keyOf, recall } from './keep.js';
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
  type: 'sourceTyped',
  source: {
    url: 'https://a.example/',
    username: 'ada',
    password: 'hush',
    headers: [{ name: 'authorization', value: 'Bearer hush' }],
  },
});

describe('keeping the wizard', () => {
  it('keeps everything but passwords and values of headers, and knows that they are gone', () => {
    const drawer = memory();
    keep(typed, { drawer, key: 'k' });
    expect([...drawer.items.values()].join()).not.toContain('hush');
    expect(recall({ drawer, key: 'k' })).toEqual({
      ...typed,
      hasLostSecrets: true,
      source: { ...typed.source, password: '', headers: [{ name: 'authorization', value: '' }] },
    });
  });

  it('has one place for each template, user and what was given to begin with', () => {
    const nothing = { url: null, name: null, schedule: null, mapping: [] };
    const beginnings = [null, nothing, { ...nothing, url: 'https://a.example/' }];
    const places = ['a', 'b'].flatMap((templateId) =>
      ['x', null].flatMap((user) => beginnings.map((given) => keyOf({ templateId, user, given }))),
    );
    expect(new Set(places).size).toBe(12);
    expect(keyOf({ templateId: 'a', user: 'x', given: { ...nothing } })).toBe(places[1]);
    expect(Math.max(...places.map((place) => place.length))).toBeLessThan(40);
  });

  it('keeps nothing once it is done', () => {
    const drawer = memory();
    keep(typed, { drawer, key: 'k' });
    keep({ ...typed, step: 'done' }, { drawer, key: 'k' });
    expect(drawer.items.size).toBe(0);
  });

  it('begins anew where nothing, something else or nothing readable was kept', () => {
    const drawer = memory();
    expect(recall({ drawer, key: 'k' })).toBeNull();
    drawer.setItem('k', '{"version":0,"state":{}}');
    expect(recall({ drawer, key: 'k' })).toBeNull();
    drawer.setItem('k', '{');
    expect(recall({ drawer, key: 'k' })).toBeNull();
  });

  it('goes on where storage is closed', () => {
    const closed = () => {
      throw new Error('closed');
    };
    const drawer = { getItem: closed, setItem: closed, removeItem: closed };
    keep(typed, { drawer, key: 'k' });
    expect(recall({ drawer, key: 'k' })).toBeNull();
  });
});
