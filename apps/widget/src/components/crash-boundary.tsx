import { Component, type ReactNode } from 'react';

export interface CrashBoundaryProps {
  readonly children: ReactNode;
  /** Shown instead of the children after one of them failed. */
  readonly fallback: (problem: unknown) => ReactNode;
}

/** Catches what the components inside throw: faults, and code that cannot be loaded. */
export class CrashBoundary extends Component<CrashBoundaryProps, { readonly problem: unknown }> {
  override state = { problem: null };

  static getDerivedStateFromError(problem: unknown) {
    return { problem };
  }

  override render(): ReactNode {
    const { children, fallback } = this.props;
    return this.state.problem === null ? children : fallback(this.state.problem);
  }
}
