import css from './skeletons.module.css';
import frameCss from './step-frame.module.css';

export interface BoneProps {
  readonly width?: number | string;
  readonly height?: number;
}

/** A grey bar in place of content that is loading. */
export function Bone({ width = '100%', height = 14 }: BoneProps) {
  return <span className={css.bone} style={{ width, height }} aria-hidden="true" />;
}

/** Shown until the session has started. */
export function WidgetSkeleton() {
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

/** Shown until the code of a screen is loaded. */
export function StepSkeleton() {
  return (
    <div className={frameCss.body} aria-busy="true">
      <div className={frameCss.question}>
        <Bone width={280} height={24} />
        <Bone width={420} />
      </div>
      <Bone height={200} />
    </div>
  );
}
