/** What the model is shown of files and folders. */
import { type BetaToolsetContent, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { readImageInfo } from '../../base/imageInfo.ts';
import { visibleName } from '../../protocol/visibleText.ts';
import type { Listing } from '../filePlace.ts';
import type { ViewRange } from './command.ts';
import { isWhole } from './imageCheck.ts';

/** In UTF-16 units; also told to the model as the tool's `max_characters`. */
export const MAX_SHOWN = 30_000;
/** What the API takes: 5 MB in base64, and this many px on a side where a request has more than 20 images. */
const MAX_IMAGE_BYTES = 3_750_000;
const MAX_IMAGE_SIDE = 2_000;
/** Lines shown before and after an edit. */
const LINES_AROUND = 4;

/** @param text - with `\n` at the ends of lines */
export function textView(path: string, text: string, range: ViewRange | undefined): string {
  const lines = linesOf(text);
  const { from, to } = checkedRange(range, lines.length);
  const part = range ? `Lines ${from} to ${to} of ${visibleName(path)}` : visibleName(path);
  return `${part} (${lines.length} ${lines.length === 1 ? 'line' : 'lines'}):\n${numbered(lines, from, to)}`;
}

/** The surroundings of an edit, as the file is now. @param at - offset of the edit in `text`; `length` of the new part */
export function editView(path: string, text: string, at: number, length: number): string {
  const lines = linesOf(text);
  const first = text.slice(0, at).split('\n').length;
  const last = first + text.slice(at, at + length).split('\n').length - 1;
  const from = Math.max(1, first - LINES_AROUND);
  const to = Math.min(lines.length, last + LINES_AROUND);
  return `The file ${visibleName(path)} has been edited. It now has, from line ${from} on:\n${numbered(lines, from, to)}`;
}

export function folderView(path: string, { entries, isCut }: Listing): string {
  const lines = entries.map(({ path: name, kind }) => visibleName(name) + MARKS[kind]);
  const unnamed = entries.some(({ path: name }) => name.includes('\uFFFD'))
    ? ['(\uFFFD stands for bytes that are not UTF-8; what has them in its name cannot be named here.)']
    : [];
  const cut = isCut ? ['(There is more than is listed here.)'] : [];
  return [
    `${visibleName(path)} has, two levels deep, without hidden files and node_modules:`,
    ...lines,
    ...unnamed,
    ...cut,
  ].join('\n');
}

const MARKS = { file: '', folder: '/', link: ' (link)', other: ' (no file)' } as const;

/** @returns undefined for what is no image that the model can see */
export function imageView(path: string, bytes: Uint8Array): BetaToolsetContent | undefined {
  const info = readImageInfo(bytes);
  if (!info) return undefined;
  const { mediaType, width, height } = info;
  if (bytes.length > MAX_IMAGE_BYTES || Math.max(width, height) > MAX_IMAGE_SIDE)
    throw new ToolError(
      `${visibleName(path)} is an image that is too large to be shown: ${width} x ${height} px, ${bytes.length} bytes. It may have ${MAX_IMAGE_SIDE} px on a side and ${MAX_IMAGE_BYTES} bytes. Make a smaller copy, or ask for one.`,
    );
  if (!isWhole(bytes, mediaType))
    throw new ToolError(`${visibleName(path)} is an image that is damaged or cut off, and cannot be shown.`);
  return [
    { type: 'text', text: `${visibleName(path)} (${width} x ${height} px):` },
    {
      type: 'image',
      source: { type: 'base64', media_type: mediaType, data: Buffer.from(bytes).toString('base64') },
    },
  ];
}

/** An end of line at the end of the file begins no further line. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.length > 1 && lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function checkedRange(range: ViewRange | undefined, count: number): ViewRange {
  if (!range) return { from: 1, to: count };
  const { from, to } = range;
  if (from < 1 || from > count)
    throw new ToolError(
      `Invalid \`view_range\`: [${from}, ${to}]. Its first element should be within the lines of the file: 1 to ${count}.`,
    );
  if (to !== -1 && to < from)
    throw new ToolError(
      `Invalid \`view_range\`: [${from}, ${to}]. Its second element should be -1 or not smaller than the first.`,
    );
  if (to > count)
    throw new ToolError(
      `Invalid \`view_range\`: [${from}, ${to}]. Its second element should not be larger than the number of lines: ${count}.`,
    );
  return { from, to: to === -1 ? count : to };
}

/** Numbered from 1, cut where there would be too much; a single line as well. */
function numbered(lines: readonly string[], from: number, to: number): string {
  let shown = '';
  for (let number = from; number <= to; number += 1) {
    const line = `${String(number).padStart(6)}\t${lines[number - 1] ?? ''}\n`;
    if (shown.length + line.length > MAX_SHOWN) {
      const rest = shown === '' ? line.slice(0, MAX_SHOWN) : shown;
      return `${rest.toWellFormed()}\n(Cut at line ${number} of ${lines.length}, as this is too much at once. Use \`view_range\` to see other lines.)`;
    }
    shown += line;
  }
  return shown;
}
