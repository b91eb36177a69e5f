import { describe, expect, it } from 'vitest';
import { siteOfAddress, toSource } from './to-source.js';

const form = { address: 'a.example/feed', headers: [], username: '', password: '' };

describe('the source of the form', () => {
  it('has headers and a sign-in only if they are filled in', () => {
    expect(toSource(form)).toEqual({ kind: 'url', url: 'https://a.example/feed' });
    expect(
      toSource({
        ...form,
        username: 'key',
        headers: [
          { name: ' x-key ', value: ' 1 ' },
          { name: '', value: '2' },
        ],
      }),
    ).toEqual({
      kind: 'url',
      url: 'https://a.example/feed',
      headers: { 'x-key': '1' },
      basicAuth: { username: 'key', password: '' },
    });
  });

  it('omits the sign-in if one is stored, until a new password is typed', () => {
    expect(toSource({ ...form, username: 'ada' }, { hasStored: true }).basicAuth).toBeUndefined();
    expect(toSource({ ...form, username: 'ada', password: 'x' }, { hasStored: true }).basicAuth).toEqual({
      username: 'ada',
      password: 'x',
    });
  });

  it('names the site without www', () => {
    expect([siteOfAddress('https://www.a.example/x'), siteOfAddress('nonsense')]).toEqual([
      'a.example',
      'nonsense',
    ]);
  });
});
