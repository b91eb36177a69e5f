import { generatedFile } from './generated-file.mjs';
import { randomFrom, WORDS } from './random.mjs';

/** The columns of the generated table, as a template has them. */
export const TABLE_COLUMNS = [
  { key: 'number', name: 'Number', type: 'integer', required: true },
  { key: 'sku', name: 'SKU', required: true },
  { key: 'title', name: 'Title', required: true, length: { max: 300 } },
  { key: 'description', name: 'Description' },
  { key: 'price', name: 'Price', type: 'number', decimal: '.', onInvalid: 'reject' },
  {
    key: 'currency',
    name: 'Currency',
    type: 'select',
    options: ['EUR', 'USD', 'GBP', 'SEK'].map((value) => ({ value })),
  },
  { key: 'stock', name: 'Stock', type: 'integer', onInvalid: 'reject' },
  { key: 'category', name: 'Category' },
  { key: 'url', name: 'Link', type: 'url' },
  { key: 'updated', name: 'Updated', type: 'date_time' },
];
export const TABLE_MAPPING = TABLE_COLUMNS.map(({ key, name }) => ({ column: key, path: name }));
/** Every so many rows, the stock is no number. */
const INVALID_EVERY = 100;

/**
 * Returns the path and size of a CSV file with 10 columns, about 170 bytes a row: some texts with quotes, commas, line
 * breaks and letters beyond ASCII, and every 100th row with an error.
 */
export const generatedCsv = (rows) => generatedFile(`table-${rows}.csv`, () => csvChunks(rows));

function* csvChunks(rows) {
  let chunk = `${TABLE_COLUMNS.map(({ name }) => name).join(',')}\n`;
  let count = 0;
  for (const cells of tableRows(rows)) {
    chunk += `${cells.map(quoted).join(',')}\n`;
    count += 1;
    if (count % 1000 > 0) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The cells of each row as texts. */
export function* tableRows(rows) {
  const random = randomFrom(7);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const text = (count) => Array.from({ length: count }, () => pick(WORDS)).join(' ');
  for (let row = 1; row <= rows; row += 1) {
    const kind = random();
    let description = text(3 + Math.floor(random() * 6));
    if (kind < 0.05) description += `, ${text(3)}, and more`;
    else if (kind < 0.08) description += `\n- ${text(3)}`;
    else if (kind < 0.1) description += ` 12" "${text(1)}"`;
    else if (kind < 0.16) description += ' é Größe 北欧';
    yield [
      String(row),
      `SKU-${(100_000 + row).toString(36).toUpperCase()}`,
      `${text(3)} ${Math.floor(random() * 900)}`,
      description,
      (random() * 900 + 1).toFixed(2),
      pick(['EUR', 'USD', 'GBP', 'SEK']),
      row % INVALID_EVERY === 0 ? 'many' : String(Math.floor(random() * 500)),
      `${pick(WORDS)} > ${pick(WORDS)}`,
      `https://shop.example/p/${row}?ref=file`,
      new Date(1_700_000_000_000 + row * 1000).toISOString(),
    ];
  }
}
