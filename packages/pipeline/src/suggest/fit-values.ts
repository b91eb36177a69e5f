import type { Column, Heading, Transform } from '@inlet/contracts';
import { compileCheck } from '../check/compile-check.js';
import { compileTransform, isNumeric } from '../map/compile-transform.js';
import { compileResolve } from '../map/resolve-address.js';
import { proposeTransforms } from './propose-transforms.js';
import { isCut } from './sample-values.js';

interface Fit {
  readonly transforms: readonly Transform[];
  /** Share of the values that the check accepts, 0 to 1. */
  readonly validShare: number;
}

/** Any base will do to find out whether an address can be resolved. */
const SOME_BASE = 'https://base.example/';

type FitValues = (values: readonly string[], heading: Pick<Heading, 'path' | 'hasDecimals'>) => Fit;

/** Mapping does this to each number that the format wrote. */
const DECIMAL: Transform = { kind: 'number', decimal: '.' };

/** Compiles a test of sample values of a heading by the check of a column, with the transforms that they need. */
export function compileFit(column: Column): FitValues {
  // A sample repeats values, and a value may be missing in it. One that would leave its cell empty does not fit.
  const { unique: _unique, required: _required, ...rest } = column;
  const alone: Column = { ...rest, onInvalid: 'reject' };
  const isAddress = column.type === 'url' || column.type === 'image_url';
  return (values, { path, hasDecimals }) => {
    const transforms = proposeTransforms(column, values);
    const done = transforms.length === 0 && hasDecimals && isNumeric(column) ? [DECIMAL] : transforms;
    const steps = done.map((transform) => compileTransform(transform, column));
    const resolve = isAddress ? compileResolve(path) : undefined;
    const texts = values.map((value) =>
      steps.reduce((text, step) => step(text), resolve ? resolve(value, SOME_BASE) : value),
    );
    const check = compileCheck({ columns: [alone], uniqueTogether: [], baseUrl: SOME_BASE });
    const rows = check.checkRows(texts.map((text, record) => ({ record, texts: [text] })));
    const whole = rows.filter((_, index) => !isCut(values[index] ?? ''));
    const tested = whole.length > 0 ? whole : rows;
    const valid = tested.filter(({ isValid }) => isValid).length;
    return { transforms, validShare: tested.length === 0 ? 1 : valid / tested.length };
  };
}
