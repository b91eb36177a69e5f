import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.js';
import { explainDataFailure } from './data-directory.js';

const systemError = (code: string) => Object.assign(new Error(`${code}: open 'x'`), { code });

describe('explainDataFailure', () => {
  it.each([
    [
      systemError('EROFS'),
      /: EROFS: open 'x'; mount it writable, or set INLET_DATA_DIR to another directory\.$/,
    ],
    [
      systemError('EACCES'),
      /; give it to the user of this process(, \d+)? \(chown -R\), or set INLET_DATA_DIR/,
    ],
    [systemError('ENOSPC'), /; make space on its disk\.$/],
    [systemError('EMFILE'), /; raise the limit of open files \(ulimit -n\)\.$/],
    [
      new Error('Cannot allocate memory: Attempting to open main database file'),
      /; give the process more memory/,
    ],
    [new Error('Permission denied: Attempting to open'), /; give it to the user of this process/],
    [new Error('something else'), /: something else\.$/],
  ])('says what to do about %s', (cause, sentence) => {
    const error = explainDataFailure('/data', cause);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/^The database in \/data \(INLET_DATA_DIR\) cannot be opened: /);
    expect(error.message).toMatch(sentence);
  });
});
