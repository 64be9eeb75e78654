import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SessionStatus } from '../../src/protocol/messages.ts';
import { useApp } from '../app-context.ts';
import { LIVE_PANE_ID, LivePane } from './live-pane.tsx';
import { Splitter } from './splitter.tsx';

/** From this width on, in CSS px, there is room for the pane beside the transcript. */
const BESIDE_FROM_PX = 820;

export interface WorkspaceProps {
  readonly status: SessionStatus;
  /** The conversation. It is the same element with the pane and without: its reading place stays. */
  readonly children: ComponentChildren;
}

/** The conversation, with the live view beside or above it when that is open or the user has the computer. */
export function Workspace({ status, children }: WorkspaceProps) {
  const { viewState } = useApp();
  const whole = useRef<HTMLDivElement>(null);
  const [isBeside, setIsBeside] = useState(true);
  useLayoutEffect(() => {
    if (!whole.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setIsBeside(entry.contentRect.width >= BESIDE_FROM_PX);
    });
    observer.observe(whole.current);
    return () => observer.disconnect();
  }, []);
  const { live } = viewState;
  const isShown = isLiveShown(live.isOpen, status);
  return (
    <div class={`workspace ${isBeside ? 'is-beside' : 'is-above'}`} ref={whole}>
      {isShown && (
        <div class="live-side" style={{ '--share': `${live.share * 100}%` }}>
          <LivePane status={status} />
        </div>
      )}
      {isShown && (
        <Splitter
          isBeside={isBeside}
          share={live.share}
          controls={LIVE_PANE_ID}
          onShare={(share) => {
            viewState.live = { ...viewState.live, share };
          }}
        />
      )}
      <div class="conversation">{children}</div>
    </div>
  );
}

/** Whether the live view is on show: a computer that the user has is not out of sight. */
export function isLiveShown(isOpen: boolean, status: SessionStatus): boolean {
  return isOpen || status.control === 'user';
}
