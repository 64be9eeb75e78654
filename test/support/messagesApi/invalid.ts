/** What the rules of the request validation share. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** A rule the request breaks; the message is what the client is told. */
export class InvalidRequest extends Error {}

/** @throws InvalidRequest when `value` is no JSON object */
export function asObject(value: unknown, at: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidRequest(`${at}: Input should be an object`);
  }
  return value as JsonObject;
}

/** @param prefix - put before the key in the message, with its dot */
export function rejectUnknownKeys(value: JsonObject, known: ReadonlySet<string>, prefix: string): void {
  for (const key of Object.keys(value)) {
    if (!known.has(key)) throw new InvalidRequest(`${prefix}${key}: Extra inputs are not permitted`);
  }
}

/** A message's or result's content as blocks; a string counts as one text block. */
export function contentBlocks(content: unknown, at: string): readonly JsonObject[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content))
    throw new InvalidRequest(`${at}: Input should be a string or a list of blocks`);
  return content.map((block, index) => asObject(block, `${at}.${index}`));
}
