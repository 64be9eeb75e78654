import type { Point } from '../../src/protocol/transcript.ts';

export interface MarkerProps {
  /** One point, or the two ends of a drag; in the user units of the surrounding SVG. */
  readonly points: readonly Point[];
  /** User units per CSS px, about; keeps the marker's size on screen. */
  readonly scale: number;
}

/** Where an action took place: a crosshair, or an arrow from one to the other. Drawn twice to stand out anywhere. */
export function Marker({ points, scale }: MarkerProps) {
  const [from, to] = points;
  if (!from) return null;
  return (
    <g class="marker">
      {(['marker-halo', 'marker-ink'] as const).map((layer) => (
        <g key={layer} class={layer} stroke-width={(layer === 'marker-halo' ? 5 : 2) * scale}>
          {to ? <Arrow from={from} to={to} scale={scale} /> : <Crosshair at={from} scale={scale} />}
        </g>
      ))}
    </g>
  );
}

function Crosshair({ at: { x, y }, scale }: { readonly at: Point; readonly scale: number }) {
  const [near, far] = [5 * scale, 20 * scale];
  const arms = [
    `M${x - far} ${y}H${x - near}`,
    `M${x + near} ${y}H${x + far}`,
    `M${x} ${y - far}V${y - near}`,
    `M${x} ${y + near}V${y + far}`,
  ];
  return (
    <>
      <circle cx={x} cy={y} r={12 * scale} />
      <path d={arms.join('')} />
    </>
  );
}

function Arrow({ from, to, scale }: { readonly from: Point; readonly to: Point; readonly scale: number }) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const wing = (turn: number) => {
    const length = 14 * scale;
    return `M${to.x} ${to.y}L${to.x - length * Math.cos(angle + turn)} ${to.y - length * Math.sin(angle + turn)}`;
  };
  return (
    <>
      <circle cx={from.x} cy={from.y} r={7 * scale} />
      <path d={`M${from.x} ${from.y}L${to.x} ${to.y}${wing(0.5)}${wing(-0.5)}`} />
    </>
  );
}
