/** Keeps secrets and bulk out of what is written down. */
import { createHash } from 'node:crypto';
import { readImageInfo } from '../base/imageInfo.ts';

export const REDACTED = '[redacted]';

/** Names of headers and fields whose value is never written; numbers are, as `max_tokens` and its like are none. */
const SECRET_NAME =
  /^(authorization|proxy-authorization|cookie|set-cookie|signature|encrypted_content|password|passwd|secret)$|(api|access|private|auth)[-_]?key|(^|[-_])(token|secret|credential)s?$/i;
/** Values that are keys wherever they stand. */
const SECRET_VALUE =
  /\bsk-[A-Za-z0-9][\w-]{8,}|\bBearer\s+[\w.~+/=-]{8,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\bgh[pousr]_\w{20,}|\bAKIA[A-Z0-9]{16}\b/g;
/** Shorter values would take innocent text with them. */
const MIN_SECRET_LENGTH = 8;

/** Whether a header or field of this name is secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The secrets a request carries in its headers, so that they can be found wherever they turn up again. */
export function secretsOf(headers: Headers): string[] {
  const secrets: string[] = [];
  for (const [name, value] of headers) {
    if (!isSecretName(name)) continue;
    const bare = value.replace(/^(Bearer|Basic)\s+/i, '');
    if (bare.length >= MIN_SECRET_LENGTH) secrets.push(bare);
  }
  return secrets;
}

/** Replaces known secrets and whatever looks like a key. */
export function redactText(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) result = result.replaceAll(secret, REDACTED);
  return result.replace(SECRET_VALUE, REDACTED);
}

/** `value` as JSON, with secret fields and images replaced. */
export function redactedJson(value: unknown): string {
  return (
    JSON.stringify(value, (name, field: unknown) => {
      if (isSecretName(name) && mayHoldSecret(field)) return REDACTED;
      return isBase64Source(field) ? describeImage(field) : field;
    }) ?? 'null'
  );
}

/** A secret is text, or stands somewhere in a list or an object. */
function mayHoldSecret(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/** The first `limit` characters; what is left out is counted. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… [${text.length} characters]`;
}

/** Base64 as the API takes it. */
interface Base64Source {
  readonly media_type: string;
  readonly data: string;
}

export function isBase64Source(value: unknown): value is Base64Source {
  return (
    typeof value === 'object' &&
    value !== null &&
    'media_type' in value &&
    typeof value.media_type === 'string' &&
    'data' in value &&
    typeof value.data === 'string'
  );
}

/** An image in a few words: `[image/png 1280x800 48 KB sha256:ab12cd34ef56]`. */
export function describeImage(source: Base64Source): string {
  const bytes = Buffer.from(source.data, 'base64');
  const info = readImageInfo(bytes);
  const size = info === null ? '' : ` ${info.width}x${info.height}`;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return `[${cut(source.media_type, 40)}${size} ${formatBytes(bytes.length)} sha256:${hash}]`;
}

/** A size in B, KB or MB (1024). */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}
