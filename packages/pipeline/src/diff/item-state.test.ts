import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ItemState } from './item-state.js';

const bytes = (text: string) => createHash('sha256').update(text).digest();
const TODAY = 20_000;
const reload = (state: ItemState) => ItemState.parse(state.serialize());

function knowing(...ids: string[]): ItemState {
  const state = ItemState.empty();
  for (const id of ids) state.meet(bytes(id), bytes(`content of ${id}`), TODAY);
  return reload(state);
}

describe('an item state', () => {
  test('tells new, changed and unchanged items apart, and items that come twice in one run', () => {
    const state = knowing('a', 'b');
    expect(state.meet(bytes('a'), bytes('content of a'), TODAY)).toBe('unchanged');
    expect(state.meet(bytes('b'), bytes('something else'), TODAY)).toBe('updated');
    expect(state.meet(bytes('c'), bytes('content of c'), TODAY)).toBe('created');
    expect(state.meet(bytes('c'), bytes('content of c'), TODAY)).toBe('duplicate');
    expect(state.meet(bytes('a'), bytes('another content'), TODAY)).toBe('duplicate');
    expect(state.size).toBe(3);
  });

  test('lists the items that a run has not met, and drops them when they are old enough', () => {
    const state = knowing('a', 'b', 'c');
    state.meet(bytes('b'), bytes('content of b'), TODAY + 1);
    expect(state.unseenKnown).toBe(2);
    const rest = [...state.unseen()].map((identity) => identity.toString('hex'));
    expect(rest).toEqual(['a', 'c'].map((id) => bytes(id).subarray(0, 12).toString('hex')));
    state.dropUnseen(TODAY);
    expect(state.size).toBe(3);
    state.dropUnseen(TODAY + 1);
    expect(reload(state).known).toBe(1);
  });

  test('keeps what was known of an item that is met but must not be remembered', () => {
    const state = knowing('a');
    state.keep(bytes('a'));
    state.keep(bytes('never known'));
    expect(state.unseenKnown).toBe(0);
    expect(reload(state).meet(bytes('a'), bytes('content of a'), TODAY)).toBe('unchanged');
    expect(state.size).toBe(1);
  });

  test('forgets an item or its content, so that it is sent again', () => {
    const state = knowing('a', 'b');
    state.forget(bytes('a'));
    state.forgetContent(bytes('b'), TODAY);
    state.forgetContent(bytes('gone'), TODAY);
    const next = reload(state);
    expect(next.known).toBe(2);
    expect(next.meet(bytes('a'), bytes('content of a'), TODAY)).toBe('created');
    expect(next.meet(bytes('b'), bytes('content of b'), TODAY)).toBe('updated');
    expect([...next.unseen()]).toHaveLength(1);
  });

  test('agrees with a plain map over 50,000 random meetings and reloads', () => {
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
        const content = `v${random(3)}`;
        const before = model.get(id);
        const expected = met.has(id)
          ? 'duplicate'
          : before === undefined
            ? 'created'
            : before === content
              ? 'unchanged'
              : 'updated';
        expect(state.meet(bytes(id), bytes(content), TODAY)).toBe(expected);
        if (expected !== 'duplicate') model.set(id, content);
        met.add(id);
      }
      expect(state.size).toBe(model.size);
      state = reload(state);
    }
  });

  test('refuses bytes that are not an item state', () => {
    expect(() => ItemState.parse(Buffer.from('rubbish!'))).toThrow(RangeError);
    expect(() => ItemState.parse(knowing('a').serialize().subarray(0, -4))).toThrow('cut off');
  });
});
