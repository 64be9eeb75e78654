/** Reads a response while it passes: assembles what the model said from the events, or keeps a short plain body. */

/** Kept of a block, characters: more than is written, so that a secret at the cut is still whole. */
export const MAX_BLOCK_CHARACTERS = 20_000;
/** A body that is no event stream is kept up to here, bytes; the API's errors are far smaller. */
const MAX_PLAIN_BYTES = 256 * 1024;
const MAX_BLOCKS = 500;
/** An unfinished line; an event of the API is far smaller. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/** A content block of the response. */
export interface ResponseBlock {
  /** `text`, `thinking`, or the name of what is called (`browser.left_click`). */
  readonly label: string;
  text: string;
  /** Its length, also of what was not kept. */
  length: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** What is known of a response so far. */
export class ResponseReader {
  readonly blocks: ResponseBlock[] = [];
  messageId: string | null = null;
  stopReason: string | null = null;
  usage: Fields = {};
  /** The `error` object of an error body or event, as JSON. */
  error: Fields | null = null;
  /** Bytes seen. */
  bytes = 0;
  readonly #isEventStream: boolean;
  readonly #decoder = new TextDecoder();
  /** The unfinished line, or the plain body. */
  #rest = '';
  #byIndex = new Map<number, ResponseBlock>();

  constructor(contentType: string | null) {
    this.#isEventStream = contentType?.startsWith('text/event-stream') === true;
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength;
    if (this.#isEventStream) this.#pushLines(this.#decoder.decode(chunk, { stream: true }));
    else if (this.bytes <= MAX_PLAIN_BYTES) this.#rest += this.#decoder.decode(chunk, { stream: true });
  }

  /** The body has ended. */
  end(): void {
    if (this.#isEventStream || this.#rest === '') return;
    const body = parse(this.#rest);
    this.#rest = '';
    if (body === null) return;
    this.error = fields(body.error);
    this.#startMessage(body);
    if (Array.isArray(body.content)) {
      for (const [index, block] of body.content.entries()) this.#startBlock(index, fields(block) ?? {});
    }
    this.#byIndex.clear();
  }

  #pushLines(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_LINE_CHARACTERS) this.#rest = '';
    for (const line of lines) {
      if (!line.startsWith('data:')) continue;
      const event = parse(line.slice('data:'.length));
      if (event !== null) this.#take(event);
    }
  }

  #take(event: Fields): void {
    const index = Number(event.index);
    switch (event.type) {
      case 'message_start':
        this.#startMessage(fields(event.message) ?? {});
        break;
      case 'content_block_start':
        this.#startBlock(index, fields(event.content_block) ?? {});
        break;
      case 'content_block_delta':
        this.#extendBlock(index, fields(event.delta) ?? {});
        break;
      case 'content_block_stop':
        this.#byIndex.delete(index);
        break;
      case 'message_delta':
        this.stopReason = text(fields(event.delta)?.stop_reason) ?? this.stopReason;
        this.usage = { ...this.usage, ...present(fields(event.usage) ?? {}) };
        break;
      case 'error':
        this.error = fields(event.error);
        break;
      default:
        // `ping`, and what the API may add.
        break;
    }
  }

  #startMessage(message: Fields): void {
    this.messageId = text(message.id);
    this.stopReason = text(message.stop_reason);
    this.usage = present(fields(message.usage) ?? {});
  }

  #startBlock(index: number, block: Fields): void {
    if (this.blocks.length >= MAX_BLOCKS) return;
    const type = text(block.type) ?? 'unknown';
    const isCall = type === 'tool_use';
    const owner = text(block.toolset_name);
    const name = text(block.name) ?? '';
    const started: ResponseBlock = {
      label: isCall ? (owner === null ? name : `${owner}.${name}`) : type,
      text: '',
      length: 0,
    };
    this.blocks.push(started);
    this.#byIndex.set(index, started);
    const input = fields(block.input);
    if (input !== null && Object.keys(input).length > 0) append(started, JSON.stringify(input));
    append(started, text(block.text) ?? text(block.thinking) ?? '');
  }

  #extendBlock(index: number, delta: Fields): void {
    const block = this.#byIndex.get(index);
    // A signature is neither text nor anything to write down.
    if (block !== undefined)
      append(block, text(delta.text) ?? text(delta.thinking) ?? text(delta.partial_json) ?? '');
  }
}

function append(block: ResponseBlock, added: string): void {
  block.length += added.length;
  const room = MAX_BLOCK_CHARACTERS - block.text.length;
  if (room > 0) block.text += added.slice(0, room);
}

function parse(json: string): Fields | null {
  try {
    return fields(JSON.parse(json));
  } catch {
    // A cut event: the response's end tells of it.
    return null;
  }
}

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Without what is null. */
function present(values: Fields): Fields {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
