import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from './config.js';
import { addNewKey, loadEncryptionKeys, removePreviousKeys } from './encryption-key-file.js';

let parent: string;
let dataDir: string;
let path: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'inlet-key-'));
  dataDir = join(parent, 'data');
  path = join(dataDir, 'encryption.key');
});
afterEach(() => rmSync(parent, { recursive: true }));

const load = (hasData = true) => loadEncryptionKeys(dataDir, { hasData });

describe('the file of encryption keys', () => {
  it('is made once, readable only by its owner, and returns the same key later', () => {
    const { key, previousKeys } = load(false);
    expect([key.length, previousKeys]).toEqual([32, []]);
    expect(load()).toEqual({ key, previousKeys });
    expect(readdirSync(dataDir)).toEqual(['encryption.key']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it('is not made where data exist', () => {
    expect(() => load()).toThrow(ConfigError);
    expect(() => load()).toThrow(`There are data in ${dataDir}, but ${path} is missing`);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it.each(['cut o', '', `${Buffer.alloc(32).toString('base64')}\ncut o\n`])(
    'is refused instead of replaced if it is damaged: %j',
    (content) => {
      load(false);
      writeFileSync(path, content);
      expect(() => load(false)).toThrow(ConfigError);
      expect(readFileSync(path, 'utf8')).toBe(content);
    },
  );

  it('keeps the previous keys after a new one until they are removed', () => {
    const first = load(false);
    const second = addNewKey(dataDir);
    expect(second.previousKeys).toEqual([first.key]);
    expect(second.key).not.toEqual(first.key);
    const third = addNewKey(dataDir);
    expect(load()).toEqual({ key: third.key, previousKeys: [second.key, first.key] });
    removePreviousKeys(dataDir);
    expect(load()).toEqual({ key: third.key, previousKeys: [] });
    expect(readdirSync(dataDir)).toEqual(['encryption.key']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
