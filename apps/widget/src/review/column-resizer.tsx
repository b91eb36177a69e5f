import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useWidget } from '../session/widget-context.js';
import { LEAST_WIDTH, MOST_CHOSEN_WIDTH } from './column-layout.js';
import css from './grid.module.css';

const KEY_STEP = 16;

export interface ColumnResizerProps {
  readonly name: string;
  readonly width: number;
  /** Whether the Tab key stops here. */
  readonly isTabStop: boolean;
  readonly onResize: (width: number) => void;
  /** Makes the column as wide as its longest text that is loaded. */
  readonly onFit: () => void;
}

/** The edge of a heading, to be dragged or moved by arrow keys. Enter and a double click fit the column. */
export function ColumnResizer({ name, width, isTabStop, onResize, onFit }: ColumnResizerProps) {
  const { t, language } = useWidget();
  const sign = language.direction === 'rtl' ? -1 : 1;
  const start = useRef<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLSpanElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width };
  };
  const onPointerMove = ({ clientX }: PointerEvent) => {
    if (start.current) onResize(start.current.width + sign * (clientX - start.current.x));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === 'Enter') onFit();
    else if (key === 'ArrowRight') onResize(width + sign * KEY_STEP);
    else if (key === 'ArrowLeft') onResize(width - sign * KEY_STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is no line between parts of a text.
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={t('review.columnWidth', { column: name })}
      aria-valuenow={width}
      aria-valuemin={LEAST_WIDTH}
      aria-valuemax={MOST_CHOSEN_WIDTH}
      tabIndex={isTabStop ? 0 : -1}
      className={css.resizer}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
      onDoubleClick={onFit}
      onKeyDown={onKeyDown}
    />
  );
}
