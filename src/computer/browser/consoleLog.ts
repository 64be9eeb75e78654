/** What the pages of a tab wrote to their console since the model read it last, for `read_console`. */
import type { CDPSession, Protocol } from 'puppeteer-core';
import { ignoreFailure } from '../bounded.ts';
import { cut } from '../cut.ts';
import { Ring } from './ring.ts';

const MAX_ENTRIES = 500;

/** Of one entry, in characters. */
const MAX_TEXT = 1_000;
const MAX_ADDRESS = 200;

/** Arguments of one call that are shown. */
const MAX_ARGUMENTS = 20;

/** The page's process keeps what was logged, and the objects in it, until told not to. */
const DISCARD_EVERY = 200;

/** What says nothing: they only arrange other entries. */
const SILENT: ReadonlySet<string> = new Set(['clear', 'endGroup', 'profile', 'profileEnd']);

interface Entry {
  readonly text: string;
  times: number;
}

export class ConsoleLog {
  readonly #entries = new Ring<Entry>(MAX_ENTRIES);
  #sinceDiscard = 0;

  /** Listens to a page's or a frame's session. @returns the commands under way that switch its events on */
  follow(session: CDPSession): Array<Promise<unknown>> {
    session.on('Runtime.consoleAPICalled', (event) => {
      if (!SILENT.has(event.type)) this.#add(event.type, format(event.args), placeOf(event.stackTrace));
      this.#discard(session);
    });
    session.on('Runtime.exceptionThrown', ({ exceptionDetails: details }) => {
      const text = details.exception?.description ?? `${details.text} ${show(details.exception)}`;
      this.#add(
        'error',
        `Uncaught ${text.replace(/^Uncaught /, '')}`,
        place(details.url, details.lineNumber),
      );
      this.#discard(session);
    });
    session.on('Log.entryAdded', ({ entry }) =>
      this.#add(entry.level, entry.text, place(entry.url, entry.lineNumber)),
    );
    return [session.send('Runtime.enable'), session.send('Log.enable')];
  }

  /** The entries since the last call, oldest first, one a line; empty without any. */
  drain(): string {
    const lines = this.#entries.drain().map(({ text, times }) => (times > 1 ? `${text} (x${times})` : text));
    return lines.join('\n');
  }

  #add(level: string, text: string, at: string): void {
    const line = `[${level}] ${cut(oneLine(text.slice(0, 2 * MAX_TEXT)), MAX_TEXT)}${at}`;
    const last = this.#entries.last;
    if (last?.text === line) last.times++;
    else this.#entries.add({ text: line, times: 1 });
  }

  #discard(session: CDPSession): void {
    if (++this.#sinceDiscard < DISCARD_EVERY) return;
    this.#sinceDiscard = 0;
    ignoreFailure(session.send('Runtime.discardConsoleEntries'));
  }
}

/** Fills in the placeholders of the first argument, as a console does (Console Standard, "formatter"). */
function format(args: readonly Protocol.Runtime.RemoteObject[]): string {
  const rest = args.slice(0, MAX_ARGUMENTS);
  const [first] = rest;
  if (first?.type !== 'string') return rest.map(show).join(' ');
  rest.shift();
  const text = String(first.value).replace(/%[sdifoOc%]/g, (placeholder) => {
    if (placeholder === '%%') return '%';
    const value = rest[0];
    if (value === undefined) return placeholder;
    rest.shift();
    return placeholder === '%c' ? '' : show(value);
  });
  return [text, ...rest.map(show)].join(' ');
}

function show(value: Protocol.Runtime.RemoteObject | undefined): string {
  if (value === undefined) return '';
  if (value.unserializableValue !== undefined) return value.unserializableValue;
  if (value.type !== 'object' || value.subtype === 'null')
    return value.type === 'function' || value.type === 'symbol'
      ? (value.description ?? value.type)
      : String(value.value);
  const { preview } = value;
  if (preview === undefined || value.subtype === 'error') return value.description ?? 'Object';
  const isList = value.subtype === 'array';
  const parts = preview.properties.map(({ name, type, value: part = '' }) => {
    const shown = type === 'string' ? JSON.stringify(part) : part;
    return isList ? shown : `${name}: ${shown}`;
  });
  if (preview.overflow) parts.push('…');
  if (isList) return `[${parts.join(', ')}]`;
  const kind = value.className === 'Object' || value.className === undefined ? '' : `${value.className} `;
  return `${kind}{${parts.join(', ')}}`;
}

function placeOf(trace: Protocol.Runtime.StackTrace | undefined): string {
  const frame = trace?.callFrames[0];
  return frame === undefined ? '' : place(frame.url, frame.lineNumber);
}

/** @param line - from 0, as the protocol counts */
function place(url: string | undefined, line: number | undefined): string {
  if (url === undefined || url === '') return '';
  return ` (${cut(oneLine(url.slice(0, 2 * MAX_ADDRESS)), MAX_ADDRESS)}${line === undefined ? '' : `:${line + 1}`})`;
}

/** An entry is one line, whatever a page writes. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' | ');
}
