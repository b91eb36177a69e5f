import type { Outline } from '@inlet/contracts';
import { useId } from 'react';
import { useWidget } from '../../session/widget-context.js';
import css from './configure.module.css';

export interface RecordTreeProps {
  readonly outline: Outline;
  readonly onChoose: (path: string) => void;
}

interface TreeNode {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  /** Number of occurrences; null for an element that only contains lists. */
  readonly count: number | null;
}

/** The elements that repeat, as a tree, with their counts. */
export function RecordTree({ outline, onChoose }: RecordTreeProps) {
  const { t } = useWidget();
  const name = useId();
  return (
    <fieldset className={css.tree}>
      <legend className={css.hint}>{t('tree.help')}</legend>
      {treeOf(outline).map(({ path, name: text, depth, count }) => {
        const style = { marginInlineStart: depth * 20 };
        if (count === null)
          return (
            <div key={path} className={css.node} style={style}>
              <span className={css.nodeName}>{text}</span>
            </div>
          );
        return (
          <label key={path} className={css.node} style={style}>
            <input
              type="radio"
              name={name}
              checked={path === outline.recordPath}
              onChange={() => onChoose(path)}
            />
            <span className={css.nodeName}>{text}</span>
            <span className={css.count}>{t('tree.count', { n: count })}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Returns the candidates and the elements around them, in tree order. */
function treeOf({ recordPaths }: Outline): TreeNode[] {
  const nodes = new Map<string, TreeNode>();
  for (const { path, count } of recordPaths) {
    const parts = path.split('/').filter(Boolean);
    for (let depth = 0; depth < parts.length; depth += 1) {
      const own = `/${parts.slice(0, depth + 1).join('/')}`;
      const isLast = depth === parts.length - 1;
      if (isLast || !nodes.has(own))
        nodes.set(own, { path: own, name: unescapePart(parts[depth]!), depth, count: isLast ? count : null });
    }
    if (parts.length === 0) nodes.set(path, { path, name: '/', depth: 0, count });
  }
  return [...nodes.values()].sort((a, b) => (`${a.path}/` < `${b.path}/` ? -1 : 1));
}

/** Path parts are escaped as in RFC 6901. */
const unescapePart = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');
