import { describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { detectFormat } from '../detect-format.js';
import { outlineSource } from '../outline-source.js';

const LIST = '[{"n":1},{"n":2}]';

describe('text before JSON', () => {
  it.each<[string, string]>([
    ['a guard', `)]}',\n${LIST}`],
    ['a guard without a comma', `)]}'\n${LIST}`],
    ['an endless loop', `while(1);${LIST}`],
    ['another endless loop', `for (;;);${LIST}`],
    ['a function call', `callback(${LIST});`],
    ['a function call with a comment and a check', `/**/ typeof cb === 'function' && cb(${LIST})`],
    ['a function of an object', `\n jQuery.cb_12["x"](${LIST});\n`],
    ['an assignment', `var products = ${LIST};`],
    ['messages of PHP', `<br />\n<b>Warning</b>: undefined in <b>/x.php</b> on line <b>3</b><br />\n${LIST}`],
    ['messages of a server', `Notice: Undefined index, line 3\n\n${LIST}\n`],
  ])('is skipped: %s', async (_, text) => {
    for (const size of [1, 7, 65_536]) {
      const { rows, facts, error } = await readAll(text, { recordPath: '/', paths: ['n'] }, size);
      expect(error).toBeUndefined();
      expect(rows).toEqual([['1'], ['2']]);
      expect(facts.format).toBe('json');
      expect(facts.incomplete).toBeNull();
      expect(facts.warnings).toMatchObject([{ code: 'text_before_json', line: 1, column: 1 }]);
    }
    const { outline } = await outlineSource(inChunks(text));
    expect([outline.recordPath, outline.recordCount]).toEqual(['/', 2]);
  });

  it('may be before a long document', () => {
    const long = JSON.stringify(Array.from({ length: 5000 }, (_, n) => ({ n })));
    expect(detectFormat(Buffer.from(`Notice: x\n${long}`).subarray(0, 65_536))).toEqual({
      format: 'json',
      junkBytes: 10,
    });
  });

  it.each<[string, string]>([
    ['a table with JSON in it', 'id,data\n{1},"[1]"\n[2],"[2]"\n'],
    ['a table whose cells begin with a bracket', 'name,tag\n[a] one,x\n[b] two,y\n'],
    ['a table of calls', 'call,n\nf(1),2\n'],
  ])('is not seen in %s', (_, text) => {
    expect(detectFormat(Buffer.from(text))).toEqual({ format: 'csv', junkBytes: 0 });
  });

  it('is not seen in a page with a script', () => {
    const page = `<!DOCTYPE html><html><body><script>\n${LIST}\n</script>${'<p>x</p>'.repeat(999)}</body></html>`;
    expect(detectFormat(Buffer.from(page)).format).toBe('html');
  });
});
