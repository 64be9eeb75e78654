import type { ActionItem, Point } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { actionIcon } from '../items/action-icon.ts';
import { Marker } from '../items/marker.tsx';
import type { Size } from './geometry.ts';

export interface ActionOverlayProps {
  /** The screen in its own px, which are those of the points. */
  readonly screen: Size;
  /** Px of the screen per CSS px of the picture. */
  readonly scale: number;
}

/** What Claude does, drawn on the screen: where it points or pointed last, and in words. */
export function ActionOverlay({ screen, scale }: ActionOverlayProps) {
  const { currentAction, live } = useApp();
  const action = currentAction.shown.value;
  const points = action ? pointsOn(action, screen) : [];
  const target = points.at(-1) ?? live.pointer.value;
  const isPointing = action !== null && (points.length > 0 || namesElement(action));
  if (!action && !target) return null;
  return (
    <>
      <svg class="live-overlay" viewBox={`0 0 ${screen.width} ${screen.height}`} aria-hidden="true">
        {target && (
          <g key={action?.ordinal}>
            {isPointing && (
              <circle class="live-ring" cx={target.x} cy={target.y} r={26 * scale} stroke-width={3 * scale} />
            )}
            {points.length > 1 && <Marker points={points} scale={scale} />}
            <Pointer at={target} scale={scale} />
          </g>
        )}
      </svg>
      {action && (
        <p class="live-action">
          <Icon name={actionIcon(action.toolset, action.member)} />
          <span>{action.summary}</span>
        </p>
      )}
    </>
  );
}

/** Whether its target is an element, whose place the host tells. The input may be cut. */
function namesElement({ input }: ActionItem): boolean {
  return /"ref"\s*:\s*"/.test(input);
}

/** Where the action takes place, in px of the screen: the model may have seen it in another size. */
function pointsOn({ before, points }: ActionItem, screen: Size): Point[] {
  const [across, down] = before ? [screen.width / before.width, screen.height / before.height] : [1, 1];
  return points.map(({ x, y }) => ({ x: x * across, y: y * down }));
}

function Pointer({ at, scale }: { readonly at: Point; readonly scale: number }) {
  return (
    <path
      class="live-pointer"
      transform={`translate(${at.x} ${at.y}) scale(${scale})`}
      d="M0 0V17L4.6 12.9L7.6 19.4L10.4 18.2L7.5 11.8H13Z"
    />
  );
}
