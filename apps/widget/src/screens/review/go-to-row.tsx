import { Button } from '@mantine/core';
import { useState } from 'react';
import { Question } from '../../components/question.js';
import { TextField } from '../../components/text-field.js';
import type { SheetRows } from '../../review/sheet-rows.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

export interface GoToRowProps {
  readonly rows: SheetRows;
  readonly total: number;
  readonly onFound: (index: number) => void;
  readonly onClose: () => void;
}

/** Asks for a row number of the file and goes there, or to the next row that is shown. */
export function GoToRow({ rows, total, onFound, onClose }: GoToRowProps) {
  const { t } = useWidget();
  const [text, setText] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const go = async () => {
    const wanted = Number(text.replace(/\D/g, ''));
    setIsBusy(true);
    const index = wanted > 0 ? await findRow({ rows, total, wanted }) : null;
    setIsBusy(false);
    if (index === null) setIsMissing(true);
    else onFound(index);
  };
  return (
    <Question
      title={t('review.goToRow')}
      onCancel={onClose}
      text={
        <form
          id="go-to-row"
          className={css.dialog}
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation();
            void go();
          }}
        >
          <TextField
            data-autofocus
            label={t('review.goToRowNumber')}
            inputMode="numeric"
            value={text}
            error={isMissing && t('review.goToRowMissing')}
            onChange={(value) => {
              setText(value);
              setIsMissing(false);
            }}
          />
        </form>
      }
    >
      <Button variant="default" onClick={onClose}>
        {t('common.cancel')}
      </Button>
      <Button type="submit" form="go-to-row" loading={isBusy}>
        {t('review.go')}
      </Button>
    </Question>
  );
}

interface FindRowOptions extends Pick<GoToRowProps, 'rows' | 'total'> {
  readonly wanted: number;
}

/**
 * Position of the first row with this number of the file, or a larger one; null if there is none. The numbers grow in
 * a view that is not sorted; a search by halves with a good first guess needs few rows.
 */
async function findRow({ rows, total, wanted }: FindRowOptions): Promise<number | null> {
  const numberAt = async (index: number) =>
    (await rows.load(index))?.sourceRow?.row ?? Number.POSITIVE_INFINITY;
  let low = 0;
  let high = total;
  let guess = Math.min(total - 1, wanted - 1);
  while (low < high) {
    const number = await numberAt(guess);
    if (number === wanted) return guess;
    if (number < wanted) {
      low = guess + 1;
      guess = Math.min(high - 1, guess + (wanted - number));
    } else {
      high = guess;
      guess = Number.isFinite(number)
        ? Math.max(low, guess - (number - wanted))
        : Math.floor((low + high) / 2);
    }
    if (guess < low || guess >= high) guess = Math.floor((low + high) / 2);
  }
  return low < total ? low : null;
}
