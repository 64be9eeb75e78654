/** Which addresses may be opened, and what a short one means. */
import { URLRefusedError } from '@anthropic-ai/sdk/helpers/beta/toolsets';

const NOT_ALLOWED = 'Refused: only http:, https: and about:blank addresses can be opened.';
const NOT_AN_ADDRESS = 'Refused: this is not a valid web address.';

/**
 * The full address of what the model wrote. Without a scheme it is https, for the own machine http.
 * @throws URLRefusedError for any other scheme (`file:`, `javascript:`, `data:`, `chrome:`, `view-source:`) and for nonsense
 */
export function toAddress(written: string): string {
  const text = written.trim();
  if (text.toLowerCase() === 'about:blank') return 'about:blank';
  const url = URL.parse(withScheme(text));
  if (url === null || url.hostname === '') throw new URLRefusedError(NOT_AN_ADDRESS);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new URLRefusedError(NOT_ALLOWED);
  return url.href;
}

function withScheme(text: string): string {
  if (/^https?:/i.test(text)) return text;
  // `localhost:3000` looks like a scheme, but what follows is a port.
  const isHostAndPort = /^[^\s/?#:@]+:\d{1,5}(?:[/?#]|$)/.test(text);
  if (!isHostAndPort && /^[a-z][a-z0-9+.-]*:/i.test(text)) throw new URLRefusedError(NOT_ALLOWED);
  if (text === '' || text.startsWith('/') || text.startsWith('\\')) throw new URLRefusedError(NOT_AN_ADDRESS);
  const isOwnMachine = /^(?:localhost|[^\s/?#:@]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?:[:/?#]|$)/i.test(
    text,
  );
  return `${isOwnMachine ? 'http' : 'https'}://${text}`;
}
