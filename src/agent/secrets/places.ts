/** Where a secret may go. Pure. */
import type { FillPlace } from '../../computer/secretFill.ts';

/** Names of this machine by itself: what is sent there crosses no network. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin of an address that the user has written, such as `https://example.com`; undefined where a secret must not go:
 * what is not encrypted on its way, unless it stays on this machine.
 */
export function originFor(written: string): string | undefined {
  const text = written.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || !isPrivateOnItsWay(url)) return undefined;
  return url.username === '' && url.password === '' ? url.origin : undefined;
}

/** Why a secret that may go to `places` may not go there, as the model reads it; undefined where it may. */
export function whyNot(name: string, places: readonly string[], to: FillPlace): string | undefined {
  const wanted = to.kind === 'field' ? [to.origin, ...to.around] : [to.desktop];
  for (const [index, place] of wanted.entries()) {
    const isBound = places.includes(place);
    const url = to.kind === 'field' ? URL.parse(place) : null;
    if (isBound && (to.kind === 'desktop' || (url !== null && isPrivateOnItsWay(url)))) continue;
    const where = index === 0 ? `to ${place}` : `into a page that is shown within one of ${place}`;
    return `Not executed: the secret ${name} may not go ${where}. The user lets it go to: ${places.join(', ')}.`;
  }
  return undefined;
}

function isPrivateOnItsWay({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}
