import { Component, type ComponentChildren } from 'preact';
import { useApp } from '../app-context.ts';
import type { ReportError } from '../errors.ts';
import { Icon } from '../icon.tsx';

/** Keeps a row that cannot be rendered from taking the transcript with it. */
export function RowBoundary({ children }: { readonly children: ComponentChildren }) {
  const { reportError, strings } = useApp();
  return (
    <Boundary onError={reportError} message={strings.brokenRow}>
      {children}
    </Boundary>
  );
}

interface BoundaryProps {
  readonly onError: ReportError;
  readonly message: string;
  readonly children: ComponentChildren;
}

class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
    this.setState({ failed: true });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div class="notice is-error" role="note">
        <Icon name="error" />
        <span>{this.props.message}</span>
      </div>
    );
  }
}
