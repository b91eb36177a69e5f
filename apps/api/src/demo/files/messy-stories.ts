export const SAMPLE_PATH = '/demo/files/stories.csv';

const ROWS = 240;
const SECTIONS = ['Harbour', 'Culture', 'Weather', 'Sport'];
const AUTHORS = ['Ada Brook', 'Jos\u00e9 Ferr\u00e3o', 'Mia K\u00f6nig', 'No\u00ebl Adjei'];
const SUBJECTS = [
  'Ferry returns after the winter',
  'New crane for the east quay',
  'Choir sings on the pier',
  'Fog keeps the fleet in port',
  'Regatta moves to Sunday',
  'Lighthouse gets a new lamp',
];

/** What spreadsheets look like that people have kept for years: most rows are fine. */
function storyRow(number: number): string[] {
  const title = `${SUBJECTS[number % SUBJECTS.length]} (${number})`;
  const day = String((number % 28) + 1).padStart(2, '0');
  const month = String((number % 12) + 1).padStart(2, '0');
  return [
    number % 41 === 7 ? '' : number % 5 === 2 ? `  ${title} ` : title,
    number % 53 === 11
      ? 'harbour.example'
      : `https://harbour.example/stories/${number - (number % 67 === 40 ? 1 : 0)}`,
    number % 37 === 5 ? `31.02.2026` : number % 4 === 1 ? `2026-${month}-${day}` : `${day}.${month}.2026`,
    AUTHORS[number % AUTHORS.length] ?? '',
    number % 29 === 9 ? 'Harbuor' : (SECTIONS[number % SECTIONS.length] ?? ''),
    number % 47 === 13 ? 'about 300' : String(120 + ((number * 37) % 900)),
    number % 9 === 4 ? 'With a semicolon; and\r\na second line' : 'Short and to the point',
  ];
}

const quote = (cell: string): string => (/[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * A file as old spreadsheet programs write it: windows-1252, semicolons, a title above the headings, blank rows and a
 * total at the end. Its characters are all part of Latin-1, which windows-1252 contains.
 */
export function messyStories(): Buffer {
  const stories = Array.from({ length: ROWS }, (_, index) => storyRow(index + 1));
  const rows = [
    ['Stories of the harbour desk, 30 November 2026'],
    [''],
    ['Headline', 'Address', 'Sent on', 'Byline', 'Desk', 'Length', 'Teaser'],
    ...stories.flatMap((row, index) => (index === 99 ? [row, Array<string>(7).fill('')] : [row])),
    ['Total', '', '', '', '', String(ROWS), ''],
  ];
  return Buffer.from(rows.map((row) => `${row.map(quote).join(';')}\r\n`).join(''), 'latin1');
}
