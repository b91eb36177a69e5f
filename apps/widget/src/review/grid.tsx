// biome-ignore-all lint/a11y/useSemanticElements: a table cannot scroll a million rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: one cell at a time is a tab stop, as the grid pattern of ARIA says.
import type { Column } from '@inlet/contracts';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useWidget } from '../session/widget-context.js';
import { blockOf, type CellBlock, edgesOf, moveBlock } from './cell-block.js';
import type { AfterCommit, Editing } from './cell-editor.js';
import { HEAD_HEIGHT, layOutColumns, ROW_HEIGHT, scrollToColumn, visibleColumns } from './column-layout.js';
import css from './grid.module.css';
import { GridHead, type SortOrder } from './grid-head.js';
import { GridRow, shownText } from './grid-row.js';
import { ScrollScale } from './scroll-scale.js';
import type { SheetRows } from './sheet-rows.js';
import { useColumnWidths } from './use-column-widths.js';
import { widestText } from './widest-text.js';

/** Rows above and below the visible ones that are rendered too. */
const OVERSCAN_ROWS = 6;
/** Scrolling has stopped when nothing happened for so long. */
const SETTLE_MS = 150;
/** Scrolling within this time of a turn of the wheel, or of a finger's move, comes from it. */
const WHEEL_MS = 300;
/** While the thumb is dragged, rows are loaded once it pauses. */
const LOAD_DELAY_MS = 60;

/** The actions of the toolbar and the panels on the grid. */
export interface GridHandle {
  readonly goTo: (cell: { row: number; column: number }) => void;
  readonly focus: () => void;
}

export interface GridProps {
  readonly label: string;
  readonly uploadId: string;
  readonly rows: SheetRows;
  readonly total: number;
  readonly columns: readonly Column[];
  readonly block: CellBlock;
  readonly checkedIds: ReadonlySet<number>;
  readonly isAllChecked: boolean;
  readonly sort: SortOrder | null;
  /** Number of rows with issues by column key. */
  readonly issueCounts: ReadonlyMap<string, number>;
  /** Id of the element that describes the active cell. */
  readonly describedBy: string;
  readonly handle: RefObject<GridHandle | null>;
  readonly onBlock: (block: CellBlock) => void;
  readonly onCheck: (index: number, isRange: boolean) => void;
  readonly onCheckAll: () => void;
  readonly onSort: (sort: SortOrder | null) => void;
  /** The text of the active cell was changed. */
  readonly onChange: (text: string | null) => void;
  readonly onClear: () => void;
  readonly onCopy: (event: ClipboardEvent, isCut: boolean) => void;
  readonly onPaste: (text: string) => void;
  /** A key that the grid does not use. Returns whether it did something. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** Rows of a sheet as the grid pattern of ARIA describes it. Only what is visible is rendered. */
export function Grid(props: GridProps) {
  const { label, rows, total, columns, block, checkedIds, isAllChecked, describedBy, handle, onBlock } =
    props;
  const { language } = useWidget();
  const { direction } = language;
  const box = useRef<HTMLDivElement>(null);
  const scale = useMemo(() => new ScrollScale({ rowHeight: ROW_HEIGHT }), []);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const { widths, setWidth } = useColumnWidths(props.uploadId);
  const layout = useMemo(
    () => layOutColumns(columns, { chosen: widths, gridWidth: size.width }),
    [columns, widths, size.width],
  );
  const [scroll, setScroll] = useState({ top: 0, offset: 0, left: 0 });
  const [editing, setEditing] = useState<Editing | null>(null);
  /** The active cell takes the focus after the next rendering. */
  const wantsFocus = useRef(false);
  const isTouch = useRef(false);
  const viewport = Math.max(0, size.height - HEAD_HEIGHT);

  const readScroll = useCallback(() => {
    const element = box.current;
    if (!element) return;
    setScroll({
      top: scale.top,
      offset: element.scrollTop - scale.top,
      left: Math.abs(element.scrollLeft),
    });
  }, [scale]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    scale.setSize({ rows: total, viewport });
    if (box.current) box.current.scrollTop = scale.settle();
    readScroll();
  }, [scale, total, viewport, readScroll]);

  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wheelUntil = useRef(0);
  const noteWheel = () => {
    wheelUntil.current = performance.now() + WHEEL_MS;
  };
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    scale.scrolled(element.scrollTop, { isByWheel: performance.now() < wheelUntil.current });
    readScroll();
    clearTimeout(settling.current);
    settling.current = setTimeout(() => {
      element.scrollTop = scale.settle();
      readScroll();
    }, SETTLE_MS);
  };
  useEffect(() => () => clearTimeout(settling.current), []);

  const first = Math.max(0, Math.floor(scroll.top / ROW_HEIGHT) - OVERSCAN_ROWS);
  const last = Math.min(total - 1, Math.ceil((scroll.top + viewport) / ROW_HEIGHT) + OVERSCAN_ROWS);
  const { first: firstColumn, last: lastColumn } = visibleColumns(layout, {
    left: scroll.left,
    width: size.width,
  });

  const isLoaded = rows.get(first) !== undefined && rows.get(Math.max(first, last)) !== undefined;
  useEffect(() => {
    if (last < first) return rows.show({ first: 0, last: 0 });
    if (isLoaded) return rows.show({ first, last });
    const timer = setTimeout(() => rows.show({ first, last }), LOAD_DELAY_MS);
    return () => clearTimeout(timer);
  }, [rows, first, last, isLoaded]);

  const showCell = useCallback(
    ({ row, column }: { row: number; column: number }) => {
      const element = box.current;
      if (!element) return;
      element.scrollTop = scale.show(row);
      const left = scrollToColumn(layout, column, { left: Math.abs(element.scrollLeft), width: size.width });
      element.scrollLeft = direction === 'rtl' ? -left : left;
      readScroll();
    },
    [scale, layout, size.width, direction, readScroll],
  );
  const move = (next: CellBlock) => {
    setEditing(null);
    wantsFocus.current = true;
    onBlock(next);
    showCell(next.active);
  };
  useImperativeHandle(handle, () => ({
    goTo: (cell) => move(blockOf(cell)),
    focus: () => {
      wantsFocus.current = true;
      focusCell();
    },
  }));

  const focusCell = () => {
    const { row, column } = block.active;
    const cell = box.current?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`);
    if (!cell) return;
    wantsFocus.current = false;
    if (!cell.contains(document.activeElement)) cell.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    if (wantsFocus.current && editing === null) focusCell();
  });

  const beginEditing = (typed: string | null = null) => {
    if (rows.get(block.active.row)) setEditing({ typed });
  };
  const commit = (text: string | null, then: AfterCommit) => {
    const { row, column } = block.active;
    if (text !== (rows.get(row)?.cells[column] ?? null)) props.onChange(text);
    const key = {
      key: { down: 'ArrowDown', right: forwardKey(direction), left: backKey(direction), stay: '' }[then],
      ctrlKey: false,
      metaKey: false,
      shiftKey: false,
    };
    move(moveBlock(block, key, { size: gridSize, direction }) ?? blockOf(block.active));
  };
  const cancel = () => {
    setEditing(null);
    wantsFocus.current = true;
  };
  const gridSize = {
    rows: total,
    columns: columns.length,
    pageRows: Math.max(1, Math.floor(viewport / ROW_HEIGHT) - 1),
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (editing !== null || !(event.target as HTMLElement).closest('[role=gridcell]')) return;
    if (props.onKey(event)) return event.preventDefault();
    const next = moveBlock(block, event, { size: gridSize, direction });
    if (next) {
      event.preventDefault();
      return move(next);
    }
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === 'Enter' || event.key === 'F2') {
      event.preventDefault();
      beginEditing();
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      props.onClear();
    } else if (event.key === ' ' && event.shiftKey) {
      event.preventDefault();
      props.onCheck(block.active.row, false);
    } else if (!isCommand && [...event.key].length === 1) {
      event.preventDefault();
      beginEditing(event.key === ' ' ? null : event.key);
    }
  };

  const cellOf = (target: EventTarget) => {
    const cell = (target as HTMLElement).closest<HTMLElement>('[data-row]');
    return cell && { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
  };
  const onPointerDown = (event: PointerEvent) => {
    const cell = cellOf(event.target);
    // Touch scrolls: only a tap chooses a cell.
    isTouch.current = event.pointerType === 'touch';
    if (!cell || event.button !== 0 || isTouch.current) return;
    if (editing !== null && cell.row === block.active.row && cell.column === block.active.column) return;
    setEditing(null);
    wantsFocus.current = true;
    onBlock(event.shiftKey ? { ...block, active: cell } : blockOf(cell));
  };
  /** A tap chooses a cell, another tap edits it. */
  const onClick = (event: MouseEvent) => {
    const cell = cellOf(event.target);
    if (!isTouch.current || !cell || editing !== null) return;
    wantsFocus.current = true;
    if (cell.row === block.active.row && cell.column === block.active.column) beginEditing();
    else onBlock(blockOf(cell));
  };
  const onPointerMove = (event: PointerEvent) => {
    if (event.buttons !== 1 || event.pointerType === 'touch' || editing !== null) return;
    const cell = cellOf(event.target);
    if (!cell || (cell.row === block.active.row && cell.column === block.active.column)) return;
    wantsFocus.current = true;
    onBlock({ anchor: block.anchor, active: cell });
  };

  const fitColumn = (column: Column): number => {
    const at = columns.indexOf(column);
    const visible = Array.from({ length: last - first + 1 }, (_, index) => rows.get(first + index));
    const texts = visible.map((row) => shownText(row?.cells[at] ?? null, column));
    return widestText(box.current, texts, column.name);
  };

  const edges = edgesOf(block);
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  const active = block.active.row;
  // The cell with the focus stays, wherever the person scrolls to.
  if (active < total && (active < first || active > last)) shown.push(active);
  return (
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      className={css.grid}
      onScroll={onScroll}
      onWheel={noteWheel}
      onTouchMove={noteWheel}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onClick={onClick}
      onDoubleClick={(event) => cellOf(event.target) && editing === null && beginEditing()}
      onCopy={(event) => editing === null && props.onCopy(event, false)}
      onCut={(event) => editing === null && props.onCopy(event, true)}
      onPaste={(event) => {
        if (editing !== null) return;
        event.preventDefault();
        props.onPaste(event.clipboardData.getData('text/plain'));
      }}
    >
      <div
        className={css.content}
        role="presentation"
        style={{ height: scale.contentPixels + HEAD_HEIGHT, width: layout.totalWidth }}
      >
        <GridHead
          columns={columns}
          layout={layout}
          firstColumn={firstColumn}
          lastColumn={lastColumn}
          activeColumn={block.active.column}
          sort={props.sort}
          issueCounts={props.issueCounts}
          isAllChecked={isAllChecked || checkedIds.size >= total}
          isSomeChecked={isAllChecked || checkedIds.size > 0}
          onSort={props.onSort}
          onResize={(column, width) => setWidth(column.key, width)}
          onFit={(column) => setWidth(column.key, fitColumn(column))}
          onCheckAll={props.onCheckAll}
        />
        {shown.map((index) => {
          const row = rows.get(index);
          const isInBlock = index >= edges.top && index <= edges.bottom;
          return (
            <GridRow
              key={index}
              index={index}
              row={row}
              y={HEAD_HEIGHT + index * ROW_HEIGHT + scroll.offset}
              columns={columns}
              layout={layout}
              firstColumn={firstColumn}
              lastColumn={lastColumn}
              activeColumn={index === active ? block.active.column : -1}
              selectedFrom={isInBlock ? edges.left : -1}
              selectedTo={isInBlock ? edges.right : -1}
              isChecked={row !== undefined && (isAllChecked || checkedIds.has(row.id))}
              editing={index === active ? editing : null}
              describedBy={describedBy}
              onCheck={props.onCheck}
              onCommit={commit}
              onCancel={cancel}
            />
          );
        })}
      </div>
    </div>
  );
}

const forwardKey = (direction: 'ltr' | 'rtl') => (direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight');
const backKey = (direction: 'ltr' | 'rtl') => (direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft');
