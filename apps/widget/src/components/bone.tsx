import css from './bone.module.css';

export interface BoneProps {
  readonly width?: number | string;
  readonly height?: number;
}

/** A place where something will be. */
export function Bone({ width = '100%', height = 14 }: BoneProps) {
  return <span className={css.bone} style={{ width, height }} aria-hidden="true" />;
}
