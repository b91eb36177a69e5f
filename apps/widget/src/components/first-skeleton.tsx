import { Bone } from './bone.js';
import css from './first-skeleton.module.css';

/** The frame that is about to be there, while the session begins. */
export function FirstSkeleton() {
  return (
    <div className={css.frame} aria-busy="true">
      <Bone width={120} />
      <div className={css.body}>
        <Bone width={280} height={24} />
        <Bone width={420} />
        <Bone height={36} />
      </div>
    </div>
  );
}
