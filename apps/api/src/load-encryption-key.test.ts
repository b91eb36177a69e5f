import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from './config.js';
import { loadEncryptionKey } from './load-encryption-key.js';

let parent: string;
let dataDir: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'inlet-key-'));
  dataDir = join(parent, 'data');
});
afterEach(() => rmSync(parent, { recursive: true }));

describe('loadEncryptionKey', () => {
  it('creates a key once, readable only by its owner, and returns the same one later', () => {
    const key = loadEncryptionKey(dataDir);
    expect(key).toHaveLength(32);
    expect(loadEncryptionKey(dataDir)).toEqual(key);
    expect(readdirSync(dataDir)).toEqual(['encryption.key']);
    expect(statSync(join(dataDir, 'encryption.key')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it('refuses a damaged file instead of replacing it', () => {
    loadEncryptionKey(dataDir);
    const path = join(dataDir, 'encryption.key');
    writeFileSync(path, 'cut o');
    expect(() => loadEncryptionKey(dataDir)).toThrow(ConfigError);
    expect(readFileSync(path, 'utf8')).toBe('cut o');
  });
});
