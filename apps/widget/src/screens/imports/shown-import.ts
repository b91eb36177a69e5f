/** One of the person's imports. */
export interface ShownImport {
  readonly kind: 'job' | 'upload';
  readonly id: string;
}
