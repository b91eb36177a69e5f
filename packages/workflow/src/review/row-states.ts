import type { Cell, CheckedRow, Issue, IssueGroup, SheetCounts } from '@inlet/contracts';
import { RowSet } from './row-set.js';
import type { SheetRules } from './sheet-rules.js';
import { type DuplicateChange, UniqueIndex } from './unique-index.js';

/** A row that is not part of the sheet: a heading, or one above it, or an added row that was taken back. */
const ABSENT = 1;
const DELETED = 2;
const ERROR = 4;
const WARNING = 8;
const CHECKED = 16;
/** An added row in which nothing was typed: it is shown, and neither valid nor invalid. */
const BLANK = 32;

const HIDDEN = ABSENT | DELETED;
const ISSUES = ERROR | WARNING;
const MOST_SAMPLES = 3;

type View = 'all' | 'valid' | 'invalid' | 'warnings';

type IssueKind = Pick<Issue, 'columnKey' | 'code' | 'severity'>;

/** Rows with one kind of issue. */
interface Group extends IssueKind {
  readonly rows: RowSet;
  message: string;
  samples: string[];
  /** A row has left the group, which may have had the message or a sample. */
  isStale: boolean;
}

/** Rows with an issue of a column, or of a code, or both. */
export interface IssueFilter {
  readonly columnKey?: string | undefined;
  readonly code?: string | undefined;
}

/**
 * The state of every row of a sheet as its check found it: packed bits, and an index of the values that may occur once.
 * Rows have numbers from 0, which are their ids less 1.
 */
export class RowStates {
  /** Raised by each change. */
  version = 0;
  rows: number;
  private readonly rules: SheetRules;
  private flags: Uint8Array;
  private readonly groups = new Map<string, Group>();
  private readonly unique: readonly UniqueIndex[];
  /** The duplicates of each rule about values that may occur once. */
  private readonly duplicates: readonly Group[];
  private checkedRows = 0;
  private checkedPresent = 0;
  private presentRows = 0;
  private invalidRows = 0;
  private warningRows = 0;

  constructor(rules: SheetRules, rows: number, isBefore: (row: number, other: number) => boolean) {
    this.rules = rules;
    this.rows = rows;
    this.flags = new Uint8Array(rows);
    this.presentRows = rows;
    this.unique = rules.unique.map(() => new UniqueIndex(rows, isBefore));
    this.duplicates = rules.unique.map((rule, index) => this.groupOf(rule, `rule ${index}`));
  }

  /** Adds rows, which are absent until they are set. */
  grow(rows: number): void {
    if (rows <= this.rows) return;
    if (rows > this.flags.length) {
      const flags = new Uint8Array(Math.max(rows, Math.ceil(this.flags.length * 1.25)));
      flags.set(this.flags);
      this.flags = flags;
    }
    this.flags.fill(ABSENT, this.rows, rows);
    for (const index of this.unique) index.grow(this.flags.length);
    this.rows = rows;
  }

  get checked(): number {
    return this.checkedRows;
  }

  counts(): Pick<SheetCounts, 'rows' | 'valid' | 'invalid' | 'warnings'> {
    const checked = this.checkedPresent;
    return {
      rows: this.presentRows,
      valid: checked - this.invalidRows,
      invalid: this.invalidRows,
      warnings: this.warningRows,
    };
  }

  isAbsent(row: number): boolean {
    return (this.flags[row]! & ABSENT) !== 0;
  }

  isChecked(row: number): boolean {
    return (this.flags[row]! & CHECKED) !== 0;
  }

  isIn(view: View, row: number): boolean {
    const flags = this.flags[row]!;
    if ((flags & HIDDEN) !== 0) return false;
    if (view === 'all') return true;
    if ((flags & CHECKED) === 0 || (flags & BLANK) !== 0) return false;
    if (view === 'warnings') return (flags & ISSUES) === WARNING;
    return ((flags & ERROR) === 0) === (view === 'valid');
  }

  /** The rows that have one of the wanted issues. */
  withIssue({ columnKey, code }: IssueFilter): (row: number) => boolean {
    const sets = [...this.groups.values()].filter(
      (group) =>
        (columnKey === undefined || group.columnKey === columnKey) &&
        (code === undefined || group.code === code),
    );
    return (row) => sets.some(({ rows }) => rows.has(row));
  }

  /** Notes that a row is not shown. Returns the rows whose state has changed with it. */
  hide(row: number, { isDeleted }: { isDeleted: boolean }): number[] {
    const others = this.clear(row);
    this.setFlags(row, CHECKED | (isDeleted ? DELETED : ABSENT));
    return others;
  }

  /** Notes that nothing was typed in an added row. Returns the other rows whose state has changed with it. */
  setBlank(row: number): number[] {
    const others = this.clear(row);
    this.setFlags(row, CHECKED | BLANK);
    return others;
  }

  /** Notes how a row was checked. Returns the other rows whose state has changed with it. */
  set(row: number, { cells, issues }: Pick<CheckedRow, 'cells' | 'issues'>): number[] {
    const others = this.clear(row);
    let flags = CHECKED;
    if (issues)
      for (const issue of issues) {
        flags |= issue.severity === 'error' ? ERROR : WARNING;
        this.addTo(this.groupOf(issue), row, issue);
      }
    this.setFlags(row, flags);
    for (const [index, rule] of this.rules.unique.entries()) {
      const hash = rule.hashOf(cells);
      const change = hash && this.unique[index]!.add(row, hash);
      if (change) this.noteDuplicate(index, change, { others, of: row });
    }
    return others;
  }

  /** The issues of a row that repeats values of earlier rows. `numberOf` tells how people know a row. */
  duplicateIssues(row: number, cells: readonly Cell[], numberOf: (row: number) => number): Issue[] {
    if ((this.flags[row]! & ISSUES) === 0) return [];
    return this.rules.unique.flatMap((rule, index) => {
      if (!this.duplicates[index]!.rows.has(row)) return [];
      return [rule.issueOf(cells, numberOf(this.unique[index]!.firstOf(row)))];
    });
  }

  /** The rows whose values a row repeats. */
  originalsOf(row: number): number[] {
    if ((this.flags[row]! & ISSUES) === 0) return [];
    return this.duplicates.flatMap(({ rows }, index) =>
      rows.has(row) ? [this.unique[index]!.firstOf(row)] : [],
    );
  }

  /** The first rows of groups whose message and samples must be renewed. */
  staleRows(): number[] {
    const stale = [...this.groups.values()].filter(({ isStale, rows }) => isStale && rows.size > 0);
    return [...new Set(stale.flatMap(({ rows }) => rows.first(MOST_SAMPLES)))];
  }

  /** Takes messages and samples from the issues of these rows. */
  renewSamples(rows: readonly { readonly row: number; readonly issues: readonly Issue[] }[]): void {
    for (const group of this.groups.values()) {
      if (!group.isStale) continue;
      const found = rows.flatMap(({ row, issues }) =>
        group.rows.has(row) ? issues.filter((issue) => isSameKind(group, issue)) : [],
      );
      if (found.length === 0) continue;
      group.message = found[0]!.message;
      group.samples = [];
      for (const issue of found) addSample(group, issue);
      group.isStale = false;
    }
  }

  issueGroups(): IssueGroup[] {
    return [...this.groups.values()]
      .filter(({ rows }) => rows.size > 0)
      .map(({ columnKey, code, severity, rows, message, samples }) => ({
        columnKey,
        code,
        severity,
        rows: rows.size,
        message,
        samples: [...samples],
      }))
      .sort((one, other) => other.rows - one.rows);
  }

  private groupOf(issue: IssueKind, name = nameOfKind(issue)): Group {
    const known = this.groups.get(name);
    if (known) return known;
    const { columnKey, code, severity } = issue;
    const group = { columnKey, code, severity, rows: new RowSet(), message: '', samples: [], isStale: true };
    this.groups.set(name, group);
    return group;
  }

  private addTo(group: Group, row: number, issue: Issue): void {
    if (group.rows.size === 0) {
      group.message = issue.message;
      group.samples = [];
      group.isStale = false;
    }
    group.rows.add(row);
    if (group.samples.length < MOST_SAMPLES) addSample(group, issue);
  }

  private noteDuplicate(
    index: number,
    { row, isDuplicate }: DuplicateChange,
    { others, of }: { others: number[]; of: number },
  ): void {
    const group = this.duplicates[index]!;
    if (row !== of) others.push(row);
    if (isDuplicate) {
      if (group.rows.size === 0) group.isStale = true;
      group.rows.add(row);
      this.setFlags(row, this.flags[row]! | (group.severity === 'error' ? ERROR : WARNING));
      return;
    }
    if (group.rows.delete(row)) group.isStale = true;
    this.setFlags(row, (this.flags[row]! & ~ISSUES) | this.issueFlagsOf(row));
  }

  private issueFlagsOf(row: number): number {
    let flags = 0;
    for (const { rows, severity } of this.groups.values())
      if (rows.has(row)) flags |= severity === 'error' ? ERROR : WARNING;
    return flags;
  }

  /** Takes a row out of all groups and indexes. */
  private clear(row: number): number[] {
    const others: number[] = [];
    const flags = this.flags[row]!;
    if ((flags & CHECKED) === 0) return others;
    if ((flags & ISSUES) !== 0)
      for (const group of this.groups.values()) if (group.rows.delete(row)) group.isStale = true;
    this.unique.forEach((unique, index) => {
      const change = unique.delete(row);
      if (change) this.noteDuplicate(index, change, { others, of: row });
    });
    return others;
  }

  private setFlags(row: number, flags: number): void {
    this.count(this.flags[row]!, -1);
    this.count(flags, 1);
    this.flags[row] = flags;
    this.version += 1;
  }

  private count(flags: number, by: 1 | -1): void {
    if ((flags & CHECKED) !== 0) this.checkedRows += by;
    if ((flags & (HIDDEN | BLANK)) !== 0) return;
    this.presentRows += by;
    if ((flags & CHECKED) !== 0) this.checkedPresent += by;
    if ((flags & ERROR) !== 0) this.invalidRows += by;
    else if ((flags & WARNING) !== 0) this.warningRows += by;
  }
}

const nameOfKind = ({ columnKey, code, severity }: IssueKind): string =>
  `${columnKey ?? ''}\u0000${code}\u0000${severity}`;

const isSameKind = (one: IssueKind, other: IssueKind): boolean =>
  one.columnKey === other.columnKey && one.code === other.code && one.severity === other.severity;

function addSample({ samples }: Group, { value }: Issue): void {
  if (value !== undefined && samples.length < MOST_SAMPLES && !samples.includes(value)) samples.push(value);
}
