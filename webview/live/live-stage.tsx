import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ComputerKind } from '../../src/protocol/computers.ts';
import { useApp } from '../app-context.ts';
import { COMPUTER_ICONS } from '../computer-icons.ts';
import { Icon } from '../icon.tsx';
import { ActionOverlay } from './action-overlay.tsx';
import { DesktopPicture } from './desktop-picture.tsx';
import { fitted, type Size } from './geometry.ts';
import { LiveDialog } from './live-dialog.tsx';
import { StreamedPicture } from './streamed-picture.tsx';

/** Until the first frame tells the screen's own; only its shape matters. */
const LIKELY_SIZE: Size = { width: 1280, height: 800 };

export interface LiveStageProps {
  readonly computer: ComputerKind;
  readonly isUsers: boolean;
}

/** The screen, as large as there is room; for the user to act on while the user has the computer. */
export function LiveStage({ computer, isUsers }: LiveStageProps) {
  const { live, post } = useApp();
  const stage = useRef<HTMLDivElement>(null);
  const room = useRoom(stage);
  const size = live.size.value;
  const surface = live.screen.value?.surface;
  const screen = size ?? LIKELY_SIZE;
  const shown = room ? fitted(screen, room) : { width: 0, height: 0 };
  useEffect(() => {
    if (room) live.watch(inDisplayPixels(room));
  }, [live, room]);
  const dialog = isUsers && size ? live.dialog.value : null;
  return (
    <div class="live-stage" ref={stage} style={{ '--screen': `${screen.width} / ${screen.height}` }}>
      <div
        class={`live-picture ${size ? '' : 'is-empty'}`}
        style={{ width: `${shown.width}px`, height: `${shown.height}px` }}
      >
        {surface?.kind === 'desktop' ? (
          <DesktopPicture key={surface.view} view={surface.view} isUsers={isUsers} />
        ) : (
          <StreamedPicture isUsers={isUsers} />
        )}
        {size && !isUsers && <ActionOverlay screen={size} scale={size.width / shown.width} />}
      </div>
      {!size && <LiveAbsence computer={computer} />}
      {dialog && (
        <LiveDialog
          key={dialog.id}
          dialog={dialog}
          onAnswer={(answer) => post({ type: 'live-answer', dialog: dialog.id, answer })}
          onHandBack={() => post({ type: 'live-control', holder: 'claude' })}
        />
      )}
    </div>
  );
}

/** Why there is no picture. */
function LiveAbsence({ computer }: Pick<LiveStageProps, 'computer'>) {
  const { live, strings } = useApp();
  const isNone = live.screen.value === null;
  return (
    <p class="live-absence">
      {isNone && <Icon name={COMPUTER_ICONS[computer]} />}
      <span>{isNone ? strings.liveNone : strings.loading}</span>
    </p>
  );
}

/** The size of an element's content in CSS px, kept true. */
function useRoom(element: { readonly current: HTMLElement | null }): Size | null {
  const [room, setRoom] = useState<Size | null>(null);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      if (width >= 1 && height >= 1) setRoom({ width, height });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return room;
}

/** In steps: while a splitter is dragged, not every px is worth a new series of frames. */
const SIZE_STEP_PX = 64;

function inDisplayPixels({ width, height }: Size): Size {
  const up = (px: number) => Math.ceil((px * devicePixelRatio) / SIZE_STEP_PX) * SIZE_STEP_PX;
  return { width: up(width), height: up(height) };
}
