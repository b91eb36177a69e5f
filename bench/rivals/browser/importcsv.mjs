import { CSVImporter } from '@importcsv/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';

const text = z.string().optional();
const schema = z.object({
  Number: z.coerce.number().int(),
  sku: z.string().min(1),
  Title: z.string().min(1).max(300),
  Description: text,
  Price: z.coerce.number(),
  Currency: z.enum(['EUR', 'USD', 'GBP', 'SEK']),
  Stock: z.coerce.number().int(),
  Category: text,
  Link: text,
  Updated: text,
});
const props = { schema, isModal: false, modalIsOpen: true, onComplete: () => {} };
createRoot(document.getElementById('root')).render(createElement(CSVImporter, props));
