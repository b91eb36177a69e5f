import type { TemplateView } from '@inlet/contracts';
import { type Opened, type OpenOptions, openWidget, type Stage } from './stage.js';

export const PRODUCT_COLUMNS = [
  { key: 'name', name: 'Name', required: true },
  { key: 'sku', name: 'SKU', unique: true },
  { key: 'price', name: 'Price', type: 'number', onInvalid: 'reject' },
  { key: 'since', name: 'Since', type: 'date', onInvalid: 'reject' },
  {
    key: 'state',
    name: 'State',
    type: 'select',
    onInvalid: 'reject',
    options: [
      { value: 'new', label: 'New' },
      { value: 'used', label: 'Used' },
    ],
  },
  { key: 'stock', name: 'In stock', type: 'boolean' },
];

/** Creates a template whose imports are files. */
export const createManualTemplate = (stage: Stage, more: object = {}): Promise<TemplateView> =>
  stage.server.api<TemplateView>('POST', '/v1/templates', {
    code: 'products',
    name: 'Products',
    mode: 'manual',
    columns: PRODUCT_COLUMNS,
    destination: { url: stage.receiver.url },
    ...more,
  });

/** Twenty rows; the price of row 4 and the state of row 6 of the file need attention. */
export function products(rows = 20): string {
  const row = (n: number) =>
    [
      `Lamp ${n}`,
      `L-${n}`,
      n === 3 ? 'cheap' : (n * 1.5).toFixed(2),
      '2026-01-31',
      n === 5 ? 'nwe' : 'new',
      'yes',
    ].join(';');
  const lines = Array.from({ length: rows }, (_, index) => row(index + 1));
  return ['Name;SKU;Price;Since;State;In stock', ...lines, ''].join('\n');
}

export interface ManualOpened extends Opened {
  /** A cell of the grid by its place in the view. */
  readonly cell: (row: number, column: number) => ReturnType<Opened['widget']['locator']>;
  readonly primary: ReturnType<Opened['widget']['locator']>;
}

/** Opens the widget for the template of files. */
export async function openManual(
  stage: Stage,
  { options, ...more }: OpenOptions = {},
): Promise<ManualOpened> {
  const opened = await openWidget(stage, { ...more, options: { templateId: 'products', ...options } });
  const { widget } = opened;
  return {
    ...opened,
    cell: (row, column) => widget.locator(`[data-row="${row}"][data-column="${column}"]`),
    primary: widget.locator('footer button').last(),
  };
}

interface ChosenFile {
  readonly name: string;
  readonly text: string;
}

/** Chooses a file of the person's computer. */
export const chooseFile = ({ widget }: ManualOpened, { name, text }: ChosenFile): Promise<void> =>
  widget
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text, 'utf8') });

/** Goes from the choice of a file to its rows. */
export async function goToReview(opened: ManualOpened, file: ChosenFile): Promise<void> {
  const { widget, primary } = opened;
  await chooseFile(opened, file);
  await widget.locator('table').waitFor();
  await primary.click();
  await widget.locator('#pick-name').waitFor();
  await primary.click();
  await widget.getByRole('gridcell').first().waitFor();
}
