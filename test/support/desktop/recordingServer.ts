/** A VNC server (RFC 6143) that shows a black screen and records when it is sent which key and which pointer event. */
import { Duplex } from 'node:stream';
import { u16, u32 } from '../../computer/desktop/rfb/fakeServer.ts';
import { ClientReader, type RecordedInput } from './clientReader.ts';

const GREETING = Buffer.from('RFB 003.008\n', 'latin1');
const FORMAT = Buffer.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0);

export class RecordingServer extends Duplex {
  readonly #latencyMs: () => number;
  readonly #reader: ClientReader;
  #isReading = true;
  #waiting: (() => void)[] = [];

  /** @param latencyMs - until it answers, asked for each answer */
  constructor(
    [width, height]: readonly [number, number],
    latencyMs: () => number,
    onInput: (input: RecordedInput) => void,
  ) {
    super();
    this.#latencyMs = latencyMs;
    const answers = [
      Buffer.of(1, 1),
      u32(0),
      Buffer.concat([u16(width), u16(height), FORMAT, u32(1), Buffer.from('R')]),
    ];
    this.#reader = new ClientReader({
      onInput,
      onGreeting: (step) => this.push(answers[step]),
      onFullRequest: () => this.#answer(),
    });
    this.push(GREETING);
  }

  /** Takes and says nothing until {@link readAgain}. */
  stopReading(): void {
    this.#isReading = false;
  }

  readAgain(): void {
    this.#isReading = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#reader.read(chunk);
    if (this.#isReading) done();
    else this.#waiting.push(done);
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  /** One pixel, the first one. */
  #answer(): void {
    const header = Buffer.concat([Buffer.of(0, 0), u16(1), u16(0), u16(0), u16(1), u16(1), u32(0)]);
    const update = Buffer.concat([header, Buffer.alloc(4)]);
    const say = () => {
      if (!this.#isReading) this.#waiting.push(say);
      else if (!this.readableEnded && !this.destroyed) this.push(update);
    };
    setTimeout(say, this.#latencyMs());
  }
}
