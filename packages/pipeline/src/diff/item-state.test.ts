import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { findChurn } from './churn.js';
import { ItemState } from './item-state.js';

const key = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 16);
const content = (text: string) => createHash('sha1').update(text).digest('latin1');
const TODAY = 20_000;
const reload = (state: ItemState) => ItemState.parse(state.pack());

function knowing(...ids: string[]): ItemState {
  const state = ItemState.empty();
  for (const id of ids) state.compare(key(id), content(`content of ${id}`), { day: TODAY });
  return reload(state);
}

describe('an item state', () => {
  test('tells new, changed and unchanged items apart, and items that come twice in one run', () => {
    const state = knowing('a', 'b');
    expect(state.compare(key('a'), content('content of a'), { day: TODAY })).toBe('unchanged');
    expect(state.compare(key('b'), content('something else'), { day: TODAY })).toBe('updated');
    expect(state.compare(key('c'), content('content of c'), { day: TODAY })).toBe('created');
    expect(state.compare(key('c'), content('content of c'), { day: TODAY })).toBe('duplicate');
    expect(state.compare(key('a'), content('another content'), { day: TODAY })).toBe('repeated');
    expect(state.size).toBe(3);
  });

  test('lists the items that a run has not met, and drops them when they are old enough', () => {
    const state = knowing('a', 'b', 'c');
    state.compare(key('b'), content('content of b'), { day: TODAY + 1 });
    expect(state.unseenKnown).toBe(2);
    expect([...state.unseen()]).toEqual([key('a'), key('c')]);
    state.dropUnseen(TODAY);
    expect(state.size).toBe(3);
    state.dropUnseen(TODAY + 1);
    expect(reload(state).known).toBe(1);
  });

  test('keeps what was known of an item that is met but must not be remembered', () => {
    const state = knowing('a');
    state.keep(key('a'));
    state.keep(key('never known'));
    expect(state.unseenKnown).toBe(0);
    expect(state.size).toBe(1);
    expect(reload(state).compare(key('a'), content('content of a'), { day: TODAY })).toBe('unchanged');
  });

  test('forgets an item or its content, so that it is sent again', () => {
    const state = knowing('a', 'b');
    state.forget(key('a'));
    state.forgetContent(key('b'), TODAY);
    state.forgetContent(key('gone'), TODAY);
    const next = reload(state);
    expect(next.known).toBe(2);
    expect(next.compare(key('a'), content('content of a'), { day: TODAY })).toBe('created');
    expect(next.compare(key('b'), content('content of b'), { day: TODAY })).toBe('updated');
    expect([...next.unseen()]).toHaveLength(1);
  });

  test('gives an item its former key again, so that it is found by its bare content', () => {
    const state = ItemState.empty();
    state.compare(key('new'), content('values'), { day: TODAY });
    state.setBareContent(content('bare values'));
    for (const time of ['once', 'again']) {
      state.restoreKey(key('new'), { formerKey: key('former'), day: TODAY });
      expect(state.size, time).toBe(1);
    }
    const next = reload(state);
    const unseen = next.indexByBareContent();
    expect(next.compare(key('new'), content('values'), { day: TODAY })).toBe('created');
    next.setBareContent(content('bare values'));
    expect(next.takeOver(unseen)).toEqual({ rowKey: key('former'), isSame: false, isUnsent: false });
  });

  test('agrees with a plain map over 50,000 random meetings, gaps and reloads', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    let state = ItemState.empty();
    const model = new Map<string, string>();
    for (let round = 0; round < 5; round += 1) {
      const met = new Set<string>();
      for (let step = 0; step < 10_000; step += 1) {
        const id = `item ${random(20_000)}`;
        const version = `v${random(3)}`;
        const before = model.get(id);
        const expected = met.has(id)
          ? before === version
            ? 'duplicate'
            : 'repeated'
          : before === undefined
            ? 'created'
            : before === version
              ? 'unchanged'
              : 'updated';
        expect(state.compare(key(id), content(version), { day: TODAY })).toBe(expected);
        if (!met.has(id)) model.set(id, version);
        met.add(id);
      }
      for (let step = 0; step < 2000; step += 1) {
        const id = `item ${random(20_000)}`;
        state.forget(key(id));
        model.delete(id);
      }
      expect(state.size).toBe(model.size);
      state = reload(state);
      expect(state.known).toBe(model.size);
    }
  });

  test('refuses bytes that are not an item state', () => {
    expect(() => ItemState.parse([Buffer.from('rubbish!')])).toThrow('not an item state');
    expect(() => ItemState.empty().keep('short')).toThrow('no row key');
    const [head, page] = knowing('a').pack() as [Buffer, Buffer];
    expect(() => ItemState.parse([head, page.subarray(0, -4)])).toThrow('only a part of one');
    expect(() => ItemState.parse([head])).toThrow('only a part of one');
    expect(ItemState.parse([]).size).toBe(0);
  });
});

describe('the content without id and link', () => {
  const meet = (state: ItemState, id: string, text: string) => {
    const change = state.compare(key(id), content(`${id} ${text}`), { day: TODAY });
    if (state.needsBareContent(change)) state.setBareContent(content(text));
    return change;
  };
  const knowingContents = (...items: [id: string, text: string][]) => {
    const state = ItemState.empty();
    for (const [id, text] of items) meet(state, id, text);
    return reload(state);
  };

  test('is remembered, and kept while an item is unchanged', () => {
    const state = reload(knowingContents(['a', 'one']));
    expect(meet(state, 'a', 'one')).toBe('unchanged');
    expect(reload(state).bareContents('unseen')).toHaveLength(1);
  });

  test('shows that only the ids of a source have changed', () => {
    const state = knowingContents(['a', 'one'], ['b', 'two'], ['c', 'three']);
    for (const text of ['one', 'two', 'three']) meet(state, `new ${text}`, text);
    expect(findChurn(state)).toEqual({ created: 3, same: 3, missing: 3 });
  });

  test.each<[string, readonly [string, string][]]>([
    [
      'other content',
      [
        ['x', 'four'],
        ['y', 'five'],
        ['z', 'six'],
      ],
    ],
    [
      'some known items',
      [
        ['a', 'one'],
        ['b', 'two'],
        ['x', 'three'],
      ],
    ],
    ['one new item', [['x', 'one']]],
    [
      'content that repeats more often than before',
      [
        ['x', 'one'],
        ['y', 'one'],
        ['z', 'one'],
      ],
    ],
  ])('shows no such change for %s', (_, items) => {
    const state = knowingContents(['a', 'one'], ['b', 'two'], ['c', 'three']);
    for (const [id, text] of items) meet(state, id, text);
    expect(findChurn(state)).toBeNull();
  });

  test('finds the known item that has a new identity, each once and in order', () => {
    const state = knowingContents(['a', 'same'], ['b', 'same'], ['c', 'other']);
    const unseen = state.indexByBareContent();
    meet(state, 'x', 'same');
    expect(state.takeOver(unseen)).toEqual({ rowKey: key('a'), isSame: false, isUnsent: false });
    meet(state, 'y', 'same');
    expect(state.takeOver(unseen)).toMatchObject({ rowKey: key('b') });
    meet(state, 'z', 'same');
    expect(state.takeOver(unseen)).toBeNull();
    expect([...state.unseen()]).toEqual([key('c')]);
    expect([state.unseenKnown, state.size]).toEqual([1, 4]);
  });
});

test('an item state of an older version is read, without the content without id and link', () => {
  const head = Buffer.from('INL1\u0002\u0000\u0000\u0000', 'latin1');
  const item = (id: string, text: string) => {
    const day = Buffer.alloc(4);
    day.writeUInt32LE(TODAY);
    return Buffer.concat([
      Buffer.from(key(id), 'base64url'),
      Buffer.from(content(text), 'latin1').subarray(0, 8),
      day,
    ]);
  };
  const state = ItemState.parse([head, Buffer.concat([item('a', 'one'), item('b', 'two')])]);
  expect(state.known).toBe(2);
  expect(state.bareContents('unseen')).toHaveLength(0);
  expect(state.compare(key('a'), content('one'), { day: TODAY })).toBe('unchanged');
  expect(state.needsBareContent('unchanged')).toBe(true);
  expect(state.compare(key('b'), content('new'), { day: TODAY })).toBe('updated');
  expect(reload(state).known).toBe(2);
});
