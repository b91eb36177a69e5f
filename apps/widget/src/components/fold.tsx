import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import css from './fold.module.css';

export interface FoldProps {
  readonly label: ReactNode;
  readonly children: ReactNode;
  /** Opens the content when it becomes true. The person can close it again. */
  readonly isOpen?: boolean;
}

/** Optional content behind a plain link. */
export function Fold({ label, children, isOpen: isWanted = false }: FoldProps) {
  const [isOpen, setIsOpen] = useState(isWanted);
  const [wasWanted, setWasWanted] = useState(isWanted);
  if (isWanted !== wasWanted) {
    setWasWanted(isWanted);
    if (isWanted) setIsOpen(true);
  }
  const id = useId();
  return (
    <div>
      <button
        type="button"
        className={css.link}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        <IconChevronRight size={16} className={css.chevron} aria-hidden="true" />
        {label}
      </button>
      <div id={id} hidden={!isOpen} className={css.content}>
        {isOpen && children}
      </div>
    </div>
  );
}
