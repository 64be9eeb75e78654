import { constants, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Clipboard } from '../../../../src/computer/desktop/rfb/clipboard.ts';
import { ProtocolError } from '../../../../src/computer/desktop/rfb/parse.ts';

const TEXT = 1;
const CAPS = 1 << 24;
const REQUEST = 1 << 25;
const PEEK = 1 << 26;
const NOTIFY = 1 << 27;
const PROVIDE = 1 << 28;

function clipboard(maxText = 1000) {
  const sent: Buffer[] = [];
  const texts: string[] = [];
  const send = (message: Uint8Array) => sent.push(Buffer.from(message));
  const made = new Clipboard({ send, onText: (text) => texts.push(text), onFetched: () => {}, maxText });
  return { clipboard: made, sent, texts };
}

/** The flags of an extended message, after its length was checked. */
function flagsOf(message: Buffer | undefined): number {
  expect(message?.readInt32BE(4)).toBe(8 - (message?.length ?? 0));
  return message?.readUInt32BE(8) ?? 0;
}

function packed(text: string, size = Buffer.byteLength(text)): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(size);
  return deflateSync(Buffer.concat([header, Buffer.from(text)]), { finishFlush: constants.Z_SYNC_FLUSH });
}

describe('a server without the extended clipboard', () => {
  it('gets Latin-1', () => {
    const { clipboard: made, sent } = clipboard();
    expect(made.isUnicode).toBe(false);
    made.setText('é\r\n✓ 😀\tß');
    expect(sent[0]?.toString('latin1')).toBe('\x06\0\0\0\0\0\0\x07é\n? ?\tß');
  });

  it('tells us Latin-1', () => {
    const { clipboard: made, texts } = clipboard();
    made.onCutText('a\r\nb\rc\n');
    expect(texts).toEqual(['a\nb\nc\n']);
  });
});

describe('the extended clipboard', () => {
  function extended(capabilities = CAPS | REQUEST | PEEK | NOTIFY | PROVIDE | TEXT) {
    const made = clipboard();
    made.clipboard.onExtended(capabilities, Buffer.alloc(4));
    return made;
  }

  it('is agreed on', () => {
    const { clipboard: made, sent } = extended();
    expect(made.isUnicode).toBe(true);
    expect(flagsOf(sent[0])).toBe(CAPS | REQUEST | PEEK | NOTIFY | PROVIDE | TEXT);
    expect(sent[0]).toHaveLength(16);
  });

  it('is not taken for one that has no text', () => {
    expect(extended(CAPS | NOTIFY | 2).clipboard.isUnicode).toBe(false);
    expect(extended(CAPS | REQUEST | TEXT).clipboard.isUnicode).toBe(false);
  });

  it('tells that there is something, and gives it when asked', () => {
    const { clipboard: made, sent } = extended();
    made.setText('naïve\n✓ 😀');
    expect(flagsOf(sent[1])).toBe(NOTIFY | TEXT);
    made.onExtended(REQUEST | TEXT, Buffer.alloc(0));
    expect(flagsOf(sent[2])).toBe(PROVIDE | TEXT);
    const data = inflateSync(sent[2]?.subarray(12) ?? Buffer.alloc(0));
    expect(data.readUInt32BE(0)).toBe(data.length - 4);
    expect(data.subarray(4).toString()).toBe('naïve\r\n✓ 😀\0');
  });

  it('packs what is asked for again only once, and a new text anew', () => {
    const sent: Uint8Array[] = [];
    const send = (message: Uint8Array) => sent.push(message);
    const made = new Clipboard({ send, onText: () => {}, onFetched: () => {}, maxText: 1000 });
    made.onExtended(CAPS | REQUEST | NOTIFY | PROVIDE | TEXT, Buffer.alloc(4));
    const given = () => {
      made.onExtended(REQUEST | TEXT, Buffer.alloc(0));
      return sent.at(-1) ?? Buffer.alloc(0);
    };
    made.setText('one');
    const first = given();
    expect(given()).toBe(first);
    made.setText('two');
    expect(inflateSync(given().subarray(12)).subarray(4).toString()).toBe('two\0');
  });

  it('gives at once where the server does not listen to hints', () => {
    const { clipboard: made, sent } = extended(CAPS | PROVIDE | TEXT);
    expect(made.isUnicode).toBe(false);
    made.setText('✓');
    expect(flagsOf(sent[1])).toBe(PROVIDE | TEXT);
    made.setText('é');
    expect(sent[2]?.toString('latin1')).toBe('\x06\0\0\0\0\0\0\x01é');
  });

  it('gives nothing where there is nothing, and says so', () => {
    const { clipboard: made, sent } = extended();
    made.onExtended(REQUEST | TEXT, Buffer.alloc(0));
    expect(sent).toHaveLength(1);
    made.onExtended(PEEK, Buffer.alloc(0));
    expect(flagsOf(sent[1])).toBe(NOTIFY);
  });

  it('asks for what is told of, and takes it', () => {
    const { clipboard: made, sent, texts } = extended();
    made.onExtended(NOTIFY | TEXT, Buffer.alloc(0));
    expect(flagsOf(sent[1])).toBe(REQUEST | TEXT);
    made.onExtended(PROVIDE | TEXT, packed('naïve\r\n✓ 😀\0'));
    expect(texts).toEqual(['naïve\n✓ 😀']);
  });

  it('does not ask for other things than text', () => {
    const { clipboard: made, sent, texts } = extended();
    made.onExtended(NOTIFY | 2, Buffer.alloc(0));
    made.onExtended(PROVIDE | 2, packed('{\\rtf}'));
    expect(sent).toHaveLength(1);
    expect(texts).toEqual([]);
  });

  it('keeps nothing that is too large, packed or not', () => {
    const { clipboard: made, texts } = extended();
    made.onExtended(PROVIDE | TEXT, packed('x'.repeat(100_000)));
    expect(texts).toEqual([]);
    expect(() => made.setText('é'.repeat(501))).toThrow(RangeError);
  });

  it.each([
    ['is no zlib', Buffer.from('what is this?')],
    ['is empty', Buffer.alloc(0)],
    ['says to be longer than it is', packed('short', 100)],
  ])('refuses what %s', (_, data) => {
    expect(() => extended().clipboard.onExtended(PROVIDE | TEXT, data)).toThrow(ProtocolError);
  });
});
