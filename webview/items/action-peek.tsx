import type { Point, ScreenshotRef } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { format } from '../strings.ts';
import { cropAround } from './crop.ts';
import { Marker } from './marker.tsx';
import { useScreenshotAddress } from './screenshot-address.ts';

/** The part of the screenshot that is shown, in its px: legible at the width of a column. */
const WINDOW = { width: 480, height: 180 };

export interface ActionPeekProps {
  readonly before: ScreenshotRef;
  readonly points: readonly Point[];
  readonly summary: string;
}

/** The spot an action was aimed at, cut from the screenshot it was chosen on. Opens the whole. */
export function ActionPeek({ before, points, summary }: ActionPeekProps) {
  const { strings, enlarged } = useApp();
  const address = useScreenshotAddress(before);
  const crop = cropAround(points, before, WINDOW);
  const label = format(strings.showTarget, summary);
  return (
    <button
      type="button"
      class="peek"
      title={label}
      aria-label={label}
      onClick={() => {
        enlarged.value = { image: before, caption: summary, points };
      }}
    >
      <svg
        viewBox={`${crop.x} ${crop.y} ${crop.width} ${crop.height}`}
        width={crop.width}
        height={crop.height}
        aria-hidden="true"
      >
        <image href={address} width={before.width} height={before.height} />
        <Marker points={points} scale={crop.width / WINDOW.width} />
      </svg>
    </button>
  );
}
