import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type EnlargedScreenshot, useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { format } from '../strings.ts';
import { Marker } from './marker.tsx';
import { useScreenshotAddress } from './screenshot-address.ts';

/** A screenshot over the whole panel. Absent while none is enlarged. */
export function Lightbox() {
  const { enlarged } = useApp();
  const shown = enlarged.value;
  return shown ? <LightboxDialog key={shown.image.sha256} shown={shown} /> : null;
}

function LightboxDialog({ shown }: { readonly shown: EnlargedScreenshot }) {
  const { strings, enlarged } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const [actualSize, setActualSize] = useState(false);
  const close = () => dialog.current?.close();

  // A modal dialog keeps the focus inside, closes with Escape and gives the focus back, all by itself.
  useLayoutEffect(() => dialog.current?.showModal(), []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') setActualSize(true);
    else if (event.key === '-' || event.key === '0') setActualSize(false);
  };
  const zoomLabel = actualSize ? strings.zoomOut : strings.zoomIn;
  return (
    <dialog
      ref={dialog}
      class={`lightbox${actualSize ? ' is-actual-size' : ''}`}
      aria-label={format(strings.screenshotOf, shown.caption)}
      onKeyDown={onKeyDown}
      onClose={() => {
        enlarged.value = null;
      }}
    >
      <header class="lightbox-bar">
        <span class="lightbox-caption">{shown.caption}</span>
        <button
          type="button"
          class="icon-button"
          title={zoomLabel}
          aria-label={zoomLabel}
          onClick={() => setActualSize(!actualSize)}
        >
          <Icon name={actualSize ? 'screen-normal' : 'zoom-in'} />
        </button>
        <button
          type="button"
          class="icon-button"
          title={strings.close}
          aria-label={strings.close}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <Stage
        shown={shown}
        actualSize={actualSize}
        onZoom={() => setActualSize(!actualSize)}
        onClose={close}
      />
    </dialog>
  );
}

interface StageProps {
  readonly shown: EnlargedScreenshot;
  readonly actualSize: boolean;
  readonly onZoom: () => void;
  readonly onClose: () => void;
}

function Stage({ shown, actualSize, onZoom, onClose }: StageProps) {
  const { image, caption, points } = shown;
  const { strings } = useApp();
  const stage = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const [spot] = points;
    const element = stage.current;
    if (!actualSize || !spot || !element) return;
    element.scrollTo(spot.x - element.clientWidth / 2, spot.y - element.clientHeight / 2);
  }, [actualSize, points]);
  const address = useScreenshotAddress(image);
  const onBackdrop = (event: MouseEvent) => {
    if (event.target === event.currentTarget) onClose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: Escape closes as well
    <div ref={stage} class="lightbox-stage" onClick={onBackdrop}>
      <button
        type="button"
        class="lightbox-image"
        style={{ '--width': image.width, '--ratio': image.width / image.height }}
        onClick={onZoom}
      >
        <svg
          viewBox={`0 0 ${image.width} ${image.height}`}
          width={image.width}
          height={image.height}
          role="img"
          aria-label={format(strings.screenshotOf, caption)}
        >
          <image href={address} width={image.width} height={image.height} />
          <Marker points={points} scale={1} />
        </svg>
      </button>
    </div>
  );
}
