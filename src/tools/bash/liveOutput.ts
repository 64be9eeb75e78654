/** What a command prints, as people see it while it runs. */
import type { LatestText, OutputSink } from '../../base/callOutput.ts';
import { HEAD_BYTES, type Output, TAIL_BYTES } from './output.ts';
import { firstWhole, TextStream } from './outputText.ts';

/** From one telling to the next, in ms: ten a second pass for at once. */
const TELL_MS = 100;

/** The same once only the end of much is told, again each time. */
const TELL_LATEST_MS = 500;

/** So much of the end of much is told while it comes, in bytes; of what stays, as much as the model would read. */
const LATEST_BYTES = 4_000;

const NO_TEXT = '(Bytes that are no text.)';

/**
 * Looks at an output now and then, and tells what is new: its beginning once, as it comes, and after that the end as it is
 * then. So it costs the same however much is printed in between.
 *
 * A line that is written over (`\r`: a progress bar) is told as the latest until it ends, and then as it ended.
 */
export class LiveOutput {
  readonly #output: Output;
  readonly #sink: OutputSink;
  readonly #text = new TextStream();
  /** Bytes of the beginning that were looked at. */
  #seen = 0;
  /** The line that is being written over, with what it began with taken away; empty while it is not. */
  #line = '';
  /** Whether a part of the line was told already. */
  #isLineBegun = false;
  #isText = true;
  #latest: LatestText | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output, sink: OutputSink) {
    this.#output = output;
    this.#sink = sink;
  }

  /** More has come. */
  changed(): void {
    if (!this.#isText) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#tell(LATEST_BYTES);
      },
      this.#seen < HEAD_BYTES ? TELL_MS : TELL_LATEST_MS,
    );
  }

  /** Tells nothing any more. @param tellsRest - but what is new still, and more of the end: it stays as it is */
  end(tellsRest: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (tellsRest && this.#isText) this.#tell(TAIL_BYTES);
  }

  #tell(endBytes: number): void {
    let added = this.#look();
    if (this.#output.bytes > HEAD_BYTES && this.#line !== '') {
      added += this.#ended(this.#line);
      this.#line = '';
    }
    const latest = this.#latestNow(endBytes);
    const isNew = latest?.text !== this.#latest?.text || latest?.leftOut !== this.#latest?.leftOut;
    this.#latest = latest;
    if (added !== '' || isNew) this.#sink({ added, latest });
  }

  #look(): string {
    const bytes = this.#output.headFrom(this.#seen);
    this.#seen += bytes.length;
    const zero = bytes.indexOf(0);
    if (zero < 0) return this.#added(this.#text.read(bytes));
    this.#isText = false;
    const added = this.#added(this.#text.read(bytes.subarray(0, bytes.lastIndexOf('\n', zero) + 1)));
    return `${added}${this.#isLineBegun ? '\n' : ''}${NO_TEXT}`;
  }

  #added(text: string): string {
    const lines = (this.#line + text).replaceAll('\r\n', '\n').split('\n');
    const open = lines.pop() ?? '';
    let added = '';
    for (const line of lines) {
      added += `${this.#ended(line)}\n`;
      this.#isLineBegun = false;
    }
    this.#line = '';
    if (open.includes('\r')) this.#line = `\r${visible(open)}${open.endsWith('\r') ? '\r' : ''}`;
    else if (open !== '') {
      added += open;
      this.#isLineBegun = true;
    }
    return added;
  }

  /** A line as it ended; a new one where what was told of it before is not what it begins with. */
  #ended(line: string): string {
    const text = visible(line);
    return this.#isLineBegun && line.includes('\r') && text !== '' ? `\n${text}` : text;
  }

  #latestNow(endBytes: number): LatestText | null {
    if (!this.#isText) return null;
    const after = this.#output.bytes - HEAD_BYTES;
    if (after <= 0) {
      const text = visible(this.#line);
      return text === '' ? null : { text: `${this.#isLineBegun ? '\n' : ''}${text}`, leftOut: 0, file: null };
    }
    const bytes = this.#output.last(endBytes);
    const leftOut = after - bytes.length;
    return {
      text: endOf(bytes, leftOut > 0),
      leftOut,
      file: leftOut > 0 ? (this.#output.path ?? null) : null,
    };
  }
}

/** @param isCut - whether more was before it, so that it may begin anywhere: it is told from a line's beginning on */
function endOf(bytes: Buffer, isCut: boolean): string {
  if (bytes.includes(0)) return NO_TEXT;
  const lines = new TextStream()
    .read(bytes.subarray(isCut ? firstWhole(bytes) : 0))
    .replaceAll('\r\n', '\n')
    .split('\n');
  if (isCut && lines.length > 1) lines.shift();
  return lines.map(visible).join('\n');
}

/** What is to be seen of a line in the end, where parts of it were written over. */
function visible(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((part) => part !== '') ?? '';
}
