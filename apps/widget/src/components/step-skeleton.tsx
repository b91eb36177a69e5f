import { Bone } from './bone.js';
import css from './step-frame.module.css';

/** A step whose code is on its way. */
export function StepSkeleton() {
  return (
    <div className={css.body} aria-busy="true">
      <div className={css.question}>
        <Bone width={280} height={24} />
        <Bone width={420} />
      </div>
      <Bone height={200} />
    </div>
  );
}
