import { type Column, columnSchema, type Heading, InletError, mappingSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { checkMapping } from './check-mapping.js';

const column = (key: string, rest: object = {}): Column => columnSchema.parse({ key, name: key, ...rest });

const heading = (path: string): Heading => ({
  path,
  label: path,
  coverage: 1,
  records: 1,
  samples: [],
  repeats: false,
  mostRepeats: 1,
  isAboveRecord: false,
  proposedType: 'text',
});

function fault(...given: Parameters<typeof checkMapping>): InletError | undefined {
  try {
    checkMapping(...given);
    return undefined;
  } catch (error) {
    if (error instanceof InletError) return error;
    throw error;
  }
}

const columns = [column('a'), column('b', { required: true })];
const b = { column: 'b', path: 'y' };

describe('checkMapping', () => {
  it('takes a mapping that fits', () => {
    expect(
      fault([{ column: 'a', template: '{{x}}' }, b], columns, [heading('x'), heading('y')]),
    ).toBeUndefined();
  });

  it('knows a path with a condition by its plain path', () => {
    const alternate = { column: 'a', path: "link[@rel='alternate']/@href" };
    expect(fault([alternate, b], columns, [heading('link/@href'), heading('y')])).toBeUndefined();
    expect(fault([alternate, b], columns, [heading('y')])?.code).toBe('mapping_path_unknown');
    expect(fault([{ column: 'a', path: 'y [EUR]' }, b], columns, [heading('y')])?.code).toBe(
      'mapping_path_unknown',
    );
  });

  it('does not know paths without headings', () => {
    expect(fault([b], columns)).toBeUndefined();
  });

  it('tells all faults, the first of which decides the code', () => {
    const error = fault(
      [
        { column: 'z', path: 'x' },
        { column: 'a', path: 'x' },
        { column: 'a', template: '{{q}}' },
      ],
      columns,
      [heading('x')],
    );
    expect(error?.code).toBe('mapping_column_unknown');
    expect(error?.detail).toBe('The template has no column "z"');
    expect(error?.errors).toEqual([
      { path: 'mapping.0.column', message: 'The template has no column "z"' },
      { path: 'mapping.2.column', message: 'The column "a" is mapped twice' },
      { path: 'mapping.2.template', message: 'The file has no "q", which the column "a" is mapped to' },
      { path: 'mapping', message: 'The required column "b" (b) is not mapped' },
    ]);
  });

  it.each([
    ['mapping_column_twice', [b, b], columns],
    ['mapping_path_unknown', [{ column: 'b', path: 'gone' }], columns],
    ['mapping_required_missing', [{ column: 'a', path: 'y' }], columns],
    [
      'template_pattern_invalid',
      [{ ...b, transforms: [{ kind: 'replace_pattern', pattern: '(?=a)', with: '' }] }],
      columns,
    ],
    ['invalid_request', [{ ...b, transforms: [{ kind: 'date', formats: ['HH:mm'] }] }], columns],
    [
      'invalid_request',
      [{ ...b, transforms: [{ kind: 'date', formats: ['yyyy-MM-dd'], timeZone: 'Mars/Base' }] }],
      columns,
    ],
  ] as const)('answers %s', (code, mapping, given) => {
    const error = fault(mappingSchema.parse(mapping), given, [heading('y')]);
    expect(error?.code).toBe(code);
    expect(error?.errors).toHaveLength(1);
  });

  it('needs no mapping for a required column that has a default or only warns', () => {
    const lenient = [
      column('a'),
      column('b', { required: true, default: 'x' }),
      column('c', { required: { severity: 'warning' } }),
    ];
    expect(fault([{ column: 'a', path: 'y' }], lenient)).toBeUndefined();
  });
});
