import { useApp } from '../app-context.ts';
import { clampShare, MAX_SHARE, MIN_SHARE } from './geometry.ts';

const KEY_STEP = 0.04;
const DEFAULT_SHARE = 0.5;

export interface SplitterProps {
  /** Whether the pane is beside the transcript, not above it. */
  readonly isBeside: boolean;
  /** Of the pane. */
  readonly share: number;
  readonly controls: string;
  readonly onShare: (share: number) => void;
}

/** Divides the page between the pane before it and the transcript after it; by pointer, or by arrow keys. */
export function Splitter({ isBeside, share, controls, onShare }: SplitterProps) {
  const { strings } = useApp();
  const follow = ({ clientX, clientY, currentTarget, pointerId }: PointerEvent) => {
    const handle = currentTarget as HTMLElement;
    const whole = handle.parentElement?.getBoundingClientRect();
    if (!whole || !handle.hasPointerCapture(pointerId)) return;
    const place = isBeside ? (clientX - whole.left) / whole.width : (clientY - whole.top) / whole.height;
    onShare(clampShare(place));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [less, more] = isBeside ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const now = Math.min(share, shareTaken(event.currentTarget as HTMLElement, isBeside));
    const to = new Map([
      [less, now - KEY_STEP],
      [more, now + KEY_STEP],
      ['Home', MIN_SHARE],
      ['End', MAX_SHARE],
      ['Enter', DEFAULT_SHARE],
    ]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    onShare(clampShare(to));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a control (WAI-ARIA), which hr is not
    <div
      class="splitter"
      role="separator"
      tabIndex={0}
      aria-orientation={isBeside ? 'vertical' : 'horizontal'}
      aria-label={strings.liveSplitter}
      aria-controls={controls}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={MIN_SHARE * 100}
      aria-valuemax={MAX_SHARE * 100}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={follow}
      onDblClick={() => onShare(DEFAULT_SHARE)}
      onKeyDown={onKeyDown}
    />
  );
}

/** A pane that the screen does not fill takes less than its share. */
function shareTaken(handle: HTMLElement, isBeside: boolean): number {
  const place = handle.getBoundingClientRect();
  const whole = handle.parentElement?.getBoundingClientRect();
  if (!whole) return 1;
  return isBeside ? (place.left - whole.left) / whole.width : (place.top - whole.top) / whole.height;
}
