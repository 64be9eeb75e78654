/** Looks for a text in bytes, in every usual way to write it. */

/** Each by what it is called. */
export function needlesOf(value: string): ReadonlyMap<string, Buffer> {
  const utf8 = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const needles = new Map<string, Buffer>([
    ['UTF-8', utf8],
    ['UTF-16LE', Buffer.from(value, 'utf16le')],
    ['JSON', Buffer.from(json)],
    ['JSON in JSON', Buffer.from(JSON.stringify(json).slice(1, -1))],
    ['ASCII JSON', Buffer.from(ascii)],
    ['URL', Buffer.from(encodeURIComponent(value))],
    ['form', Buffer.from(new URLSearchParams([['', value]]).toString().slice(1))],
    ['percent', Buffer.from([...utf8].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['half', utf8.subarray(0, Math.ceil(utf8.length / 2))],
    ['other half', utf8.subarray(Math.floor(utf8.length / 2))],
  ]);
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), utf8]).toString('base64');
    const core = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + utf8.length) * 8) / 6));
    needles.set(`base64 behind ${before}`, Buffer.from(core));
    needles.set(`base64url behind ${before}`, Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_')));
  }
  return needles;
}

/** Where the value is found, and how it is written there. */
export function leaksIn(value: string, where: ReadonlyMap<string, string | Buffer>): readonly string[] {
  const needles = [...needlesOf(value)];
  return [...where].flatMap(([place, content]) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const folded = Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');
    return needles
      .filter(([, needle]) => {
        const small = Buffer.from(needle.toString('latin1').toLowerCase(), 'latin1');
        return bytes.includes(needle) || (needle.length > 8 && folded.includes(small));
      })
      .map(([name]) => `${place}: ${name}`);
  });
}
