/** Puts files into the file fields of pages, for `file_upload`. */
import { stat } from 'node:fs/promises';
import { untilAborted } from '../../base/delay.ts';
import { originOfElement } from './elementOrigin.ts';
import type { ElementId } from './elementRefs.ts';
import { onElement, pointOfElement } from './elements.ts';
import { refuse, StaleReferenceError } from './errors.ts';
import type { Tab } from './tab.ts';

/** Files in one call. */
const MAX_FILES = 50;

/** For a button to ask for its files, in ms. */
const CHOOSER_LIMIT_MS = 1_500;

/** `this` is the element. Answers the field that it is or stands for: a label, or a box around one. */
const FIELD = `function () {
  const isField = (element) => element instanceof HTMLInputElement && element.type === 'file';
  return [this, this.control, this.closest?.('label')?.control, this.querySelector?.('input[type=file]')].find(isField);
}`;

/** `this` is the field. Answers `ok` or why it does not take `count` files. */
const TAKES = `function (count) {
  if (this.matches(':disabled')) return 'disabled';
  return count > 1 && !this.multiple ? 'single' : 'ok';
}`;

/**
 * Sets the files of a file field, or of the one that a label or button stands for.
 * @param paths - absolute, and allowed by the file policy
 * @throws ToolError where there is no such field or file, or too many files
 */
export async function uploadFiles(
  tab: Tab,
  ref: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0 || paths.length > MAX_FILES)
    throw refuse(`paths: expected one to ${MAX_FILES} files.`);
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) throw refuse('paths: there is no such file.');
  }
  const element = tab.refs.resolve(ref);
  const field = (await fieldOf(tab, element, signal)) ?? (await askedField(tab, ref, signal));
  await setFiles(tab, element, field, paths, signal);
}

async function setFiles(
  tab: Tab,
  { frame }: ElementId,
  objectId: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { result } = await frame.channel.send(
    'Runtime.callFunctionOn',
    { objectId, functionDeclaration: TAKES, arguments: [{ value: paths.length }], returnByValue: true },
    signal,
  );
  if (result.value === 'disabled') throw refuse('The file field is disabled.');
  if (result.value === 'single') throw refuse('The file field takes one file only.');
  tab.channel.trouble.throwIfAborted();
  await frame.channel.send('DOM.setFileInputFiles', { files: [...paths], objectId }, signal);
}

async function fieldOf(tab: Tab, element: ElementId, signal: AbortSignal): Promise<string | undefined> {
  const { object } = await onElement(tab, element, 'DOM.resolveNode', {}, signal);
  if (object.objectId === undefined) throw new StaleReferenceError();
  const { result } = await element.frame.channel.send(
    'Runtime.callFunctionOn',
    { objectId: object.objectId, functionDeclaration: FIELD },
    signal,
  );
  return result.objectId;
}

/** Clicks the element, as a person would, and takes the field whose file chooser that opens. */
async function askedField(tab: Tab, ref: string, signal: AbortSignal): Promise<string> {
  const element = tab.refs.resolve(ref);
  const at = await pointOfElement(tab, ref, signal);
  const { session } = element.frame.channel;
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const onOpened = (event: { backendNodeId?: number }) => resolve(event.backendNodeId);
  const timer = setTimeout(() => resolve(undefined), CHOOSER_LIMIT_MS);
  session.on('Page.fileChooserOpened', onOpened);
  try {
    await tab.pointer.click('left', at, 1, signal);
    const backendNodeId = await untilAborted(promise, signal);
    const field =
      backendNodeId === undefined
        ? undefined
        : await fieldOf(tab, { frame: element.frame, backendNodeId }, signal);
    if (field === undefined)
      throw refuse('The element is no file field, and a click on it does not ask for files.');
    // The user was asked about the element's own document.
    const origin = await originOfElement(element, signal);
    const { node } = await element.frame.channel.send('DOM.describeNode', { objectId: field }, signal);
    const asking = { frame: element.frame, backendNodeId: node.backendNodeId };
    if ((await originOfElement(asking, signal)) !== origin)
      throw refuse('A click on the element asks for files in another frame. Use that one’s own field.');
    return field;
  } finally {
    clearTimeout(timer);
    session.off('Page.fileChooserOpened', onOpened);
  }
}
