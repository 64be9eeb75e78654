import type { ComponentChildren } from 'preact';
import { Icon } from '../icon.tsx';

export interface DisclosureProps {
  readonly expanded: boolean;
  readonly onToggle: (expanded: boolean) => void;
  /** What is always shown; the whole of it opens and closes. */
  readonly summary: ComponentChildren;
  /** What stands at the end of the line. */
  readonly aside?: ComponentChildren;
  /** Rendered only while open. */
  readonly children: () => ComponentChildren;
}

/** A line that opens to show more. */
export function Disclosure({ expanded, onToggle, summary, aside, children }: DisclosureProps) {
  return (
    <div class="disclosure">
      <button
        type="button"
        class="disclosure-summary"
        aria-expanded={expanded}
        onClick={() => onToggle(!expanded)}
      >
        {summary}
        <Icon name={expanded ? 'chevron-down' : 'chevron-right'} />
        {aside}
      </button>
      {expanded && <div class="disclosure-body">{children()}</div>}
    </div>
  );
}
