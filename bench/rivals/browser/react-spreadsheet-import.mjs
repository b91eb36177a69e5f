import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { ReactSpreadsheetImport } from 'react-spreadsheet-import';

const required = { rule: 'required' };
const integer = { rule: 'regex', value: '^-?[0-9]+$', errorMessage: 'not a whole number', level: 'error' };
const number = { rule: 'regex', value: '^-?[0-9.]+$', errorMessage: 'not a number', level: 'error' };
const field = (key, validations = [], fieldType = { type: 'input' }) => ({
  key,
  label: key,
  alternateMatches: [],
  fieldType,
  validations,
});
const fields = [
  field('Number', [integer]),
  field('SKU', [required]),
  field('Title', [required]),
  field('Description'),
  field('Price', [number]),
  field('Currency'),
  field('Stock', [integer]),
  field('Category'),
  field('Link'),
  field('Updated'),
];
const props = {
  isOpen: true,
  fields,
  onClose() {},
  onSubmit() {},
  maxRecords: 2_000_000,
  maxFileSize: 2_000_000_000,
};
createRoot(document.getElementById('root')).render(createElement(ReactSpreadsheetImport, props));
