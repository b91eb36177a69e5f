import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sniffFormat } from '../../src/read/table/sniff-format.js';

describe('the format of a file', () => {
  it.each([
    ['CSV', Buffer.from('a,b\n1,2\n'), { access: 'stream', format: 'csv' }],
    ['a list without delimiters', Buffer.from('Ann\nBob\n'), { access: 'stream', format: 'csv' }],
    ['CSV in UTF-16', Buffer.from('\ufeffa\tb\n', 'utf16le'), { access: 'stream', format: 'csv' }],
    ['JSON', Buffer.from('[{"a":1}]'), { access: 'stream', format: 'json' }],
    ['JSON lines', Buffer.from('{"a":1}\n{"a":2}\n'), { access: 'stream', format: 'ndjson' }],
    ['XML', Buffer.from('\ufeff<?xml version="1.0"?><a><b/></a>'), { access: 'stream', format: 'xml' }],
    ['XML in UTF-16', Buffer.from('\ufeff<a><b/></a>', 'utf16le'), { access: 'stream', format: 'xml' }],
    ['a feed', Buffer.from('<rss version="2.0"><channel/></rss>'), { access: 'stream', format: 'xml' }],
    ['a ZIP archive or XLSX', Buffer.from('PK\x03\x04', 'latin1'), { access: 'file', container: 'zip' }],
    [
      'XLS or a protected file',
      Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1'),
      { access: 'file', container: 'compound' },
    ],
    ['gzip', gzipSync('a,b'), { access: 'file', container: 'gzip' }],
  ])('is known by its first bytes: %s', (_, bytes, expected) => {
    expect(sniffFormat(bytes)).toEqual(expected);
  });

  it.each([
    ['a PDF', Buffer.from('%PDF-1.7'), 'source_format_unknown', 'a PDF file'],
    ['a picture', Buffer.from('\x89PNG\r\n', 'latin1'), 'source_format_unknown', 'a PNG image'],
    ['a web page', Buffer.from('<html><body>'), 'source_format_unknown', 'spreadsheet program'],
    [
      'an XML spreadsheet',
      Buffer.from(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
      ),
      'source_format_unknown',
      'Save it as XLSX',
    ],
    ['nothing', Buffer.alloc(0), 'source_empty', ''],
  ])('is refused if it is no table: %s', (_, bytes, code, detail) => {
    expect(() => sniffFormat(bytes)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(detail) }),
    );
  });
});
