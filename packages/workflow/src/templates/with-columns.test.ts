import { templateInputSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { withColumns } from './with-columns.js';

const template = templateInputSchema.parse({
  code: 'products',
  name: 'Products',
  columns: ['sku', 'shop', 'title'].map((key) => ({ key, name: key })),
  identity: ['sku', 'shop'],
  uniqueTogether: [{ columns: ['sku', 'shop'] }, { columns: ['sku', 'title'] }],
});
const columnsOf = (...keys: string[]) =>
  templateInputSchema.parse({
    ...template,
    columns: keys.map((key) => ({ key, name: key })),
    identity: [],
    uniqueTogether: [],
  }).columns;

describe('a template with the columns of a job', () => {
  it('returns the template if the job has no columns', () => {
    expect(withColumns(template, null)).toBe(template);
  });

  it('keeps identity and uniqueness that the columns hold', () => {
    const columns = columnsOf('sku', 'shop', 'title', 'more');
    expect(withColumns(template, columns)).toEqual({ ...template, columns });
  });

  it('drops an identity of which a part is missing, as the rest would make different items the same', () => {
    const columns = columnsOf('sku', 'title');
    expect(withColumns(template, columns)).toEqual({
      ...template,
      columns,
      identity: [],
      uniqueTogether: [{ columns: ['sku', 'title'] }],
    });
  });
});
