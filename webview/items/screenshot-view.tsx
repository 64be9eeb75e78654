import { useState } from 'preact/hooks';
import type { ScreenshotItem } from '../../src/protocol/transcript.ts';
import { visibleLine } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { format } from '../strings.ts';
import { useScreenshotAddress } from './screenshot-address.ts';

/** In UTF-16 units. */
const MAX_CAPTION = 1_000;

/** A screenshot, fitted to the column; its place is reserved before it has loaded. Opens in full. */
export function ScreenshotView({ item }: { readonly item: ScreenshotItem }) {
  const { strings, enlarged } = useApp();
  const { image } = item;
  const caption = visibleLine(item.caption, MAX_CAPTION);
  const [missing, setMissing] = useState(false);
  const address = useScreenshotAddress(image);
  const ratio = { aspectRatio: `${image.width} / ${image.height}` };
  return (
    <figure class="screenshot">
      {missing ? (
        <div class="screenshot-missing" style={ratio}>
          <Icon name="device-camera" /> {strings.screenshotMissing}
        </div>
      ) : (
        <button
          type="button"
          class="screenshot-frame"
          title={format(strings.enlarge, caption)}
          aria-label={format(strings.enlarge, caption)}
          onClick={() => {
            enlarged.value = { image, caption, points: [] };
          }}
        >
          <img
            src={address}
            alt={format(strings.screenshotOf, caption)}
            width={image.width}
            height={image.height}
            style={ratio}
            loading="lazy"
            decoding="async"
            onError={() => setMissing(true)}
          />
        </button>
      )}
      {caption && <figcaption title={caption}>{caption}</figcaption>}
    </figure>
  );
}
