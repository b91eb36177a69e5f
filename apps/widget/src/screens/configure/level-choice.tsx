import { useId } from 'react';
import { useWidget } from '../../session/widget-context.js';
import { levelsOf, nameOfRecordPath } from '../../wizard/record-levels.js';
import type { FoundSource } from '../../wizard/state.js';
import css from './level-choice.module.css';

export interface LevelChoiceProps {
  readonly found: FoundSource;
  readonly onChoose: (path: string) => void;
}

/** Lists inside lists, such as products inside categories: the person chooses which of them makes the rows. */
export function LevelChoice({ found: { outline }, onChoose }: LevelChoiceProps) {
  const { t, formats } = useWidget();
  const name = useId();
  const levels = levelsOf(outline);
  if (levels.length < 2) return null;
  return (
    <fieldset className={css.levels}>
      <legend className={css.legend}>{t('levels.label')}</legend>
      {levels.map(({ path, count }) => (
        <label key={path} className={css.level}>
          <input
            type="radio"
            name={name}
            checked={path === outline.recordPath}
            onChange={() => onChoose(path)}
          />
          <span className={css.name} dir="ltr">
            {nameOfRecordPath(path)}
          </span>
          <span className={css.count}>{formats.number(count)}</span>
        </label>
      ))}
    </fieldset>
  );
}
