/** Names for the elements of one tab's page, which the model uses as targets: `ref_7`. */
import type { Protocol } from 'puppeteer-core';
import { refuse } from './errors.ts';
import { VIEWPORT } from './limits.ts';
import type { Point } from './pointer.ts';
import type { Tab } from './tab.ts';

/** Elements named at a time; the oldest are forgotten. */
const MAX_REFS = 10_000;

const STALE = 'This element reference is unknown or stale. Use read_page or find again.';
const NOT_SHOWN = 'The element is not shown on the page, so it cannot be pointed at.';

/** Numbers are never used again, so that a stale name cannot mean another element. */
export class ElementRefs {
  readonly #nodes = new Map<string, number>();
  readonly #names = new Map<number, string>();
  #last = 0;

  /** The element's name; the same one as long as the page lives. */
  nameOf(backendNodeId: number): string {
    const known = this.#names.get(backendNodeId);
    if (known !== undefined) return known;
    const name = `ref_${++this.#last}`;
    this.#names.set(backendNodeId, name);
    this.#nodes.set(name, backendNodeId);
    const [oldest] = this.#nodes;
    if (this.#nodes.size > MAX_REFS && oldest !== undefined) {
      this.#nodes.delete(oldest[0]);
      this.#names.delete(oldest[1]);
    }
    return name;
  }

  /** @throws ToolError when no element of the current page has this name */
  resolve(name: string): number {
    const backendNodeId = this.#nodes.get(name);
    if (backendNodeId === undefined) throw refuse(STALE);
    return backendNodeId;
  }

  /** The page has been replaced. */
  clear(): void {
    this.#nodes.clear();
    this.#names.clear();
  }
}

/** Brings the element into view. @throws ToolError when it is gone or not shown */
export async function scrollToElement(tab: Tab, ref: string, signal: AbortSignal): Promise<void> {
  const backendNodeId = tab.refs.resolve(ref);
  try {
    await tab.channel.send('DOM.scrollIntoViewIfNeeded', { backendNodeId }, signal);
  } catch (error) {
    throw elementError(error, tab, signal);
  }
}

/** Brings the element into view and finds its middle. @throws ToolError when it is gone or not shown */
export async function pointOfElement(tab: Tab, ref: string, signal: AbortSignal): Promise<Point> {
  await scrollToElement(tab, ref, signal);
  const backendNodeId = tab.refs.resolve(ref);
  let quads: Protocol.DOM.Quad[];
  try {
    ({ quads } = await tab.channel.send('DOM.getContentQuads', { backendNodeId }, signal));
  } catch (error) {
    throw elementError(error, tab, signal);
  }
  for (const quad of quads) {
    const box = visiblePart(quad);
    if (box !== undefined) return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  }
  throw refuse(NOT_SHOWN);
}

/**
 * Sets a form field's value as a user's input would, with its events.
 * @throws ToolError when the element is gone, is no field, or does not take this value
 */
export async function setFieldValue(
  tab: Tab,
  ref: string,
  value: string | number | boolean,
  signal: AbortSignal,
): Promise<void> {
  await scrollToElement(tab, ref, signal);
  const { object } = await tab.channel.send(
    'DOM.resolveNode',
    { backendNodeId: tab.refs.resolve(ref) },
    signal,
  );
  if (object.objectId === undefined) throw refuse(STALE);
  const { result } = await tab.channel.send(
    'Runtime.callFunctionOn',
    {
      objectId: object.objectId,
      functionDeclaration: SET_VALUE,
      arguments: [{ value }],
      returnByValue: true,
      userGesture: true,
    },
    signal,
  );
  // Runs among the page's own scripts, so its answer is only trusted to choose among fixed phrases.
  if (result.value === 'ok') return;
  throw refuse(FIELD_PROBLEMS[String(result.value)] ?? 'The value could not be set.');
}

const FIELD_PROBLEMS: Readonly<Record<string, string>> = {
  disabled: 'The field is disabled or read-only.',
  'no-field': 'The element is no form field.',
  'no-option': 'The list has no such option.',
  boolean: 'A checkbox takes true or false.',
  radio: 'A radio button can only be set to true; choose another one of its group instead.',
  file: 'Files cannot be set this way.',
  rejected: 'The field does not take this value.',
};

/** `this` is the element. Answers `ok` or a key of FIELD_PROBLEMS. */
const SET_VALUE = `function (value) {
  const fire = (...types) => { for (const type of types) this.dispatchEvent(new Event(type, { bubbles: true, composed: true })); };
  const assign = (property, next) => {
    // Frameworks put a property of their own on the element; the prototype's setter is what typing uses.
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(this), property);
    set.call(this, next);
  };
  if (this.disabled || this.readOnly) return 'disabled';
  if (this instanceof HTMLSelectElement) {
    const wanted = String(value);
    const all = Array.from(this.options);
    const option = all.find((each) => each.value === wanted) ?? all.find((each) => each.text.trim() === wanted.trim());
    if (!option || option.disabled) return 'no-option';
    this.focus();
    if (this.multiple) option.selected = true;
    else assign('selectedIndex', option.index);
    fire('input', 'change');
    return 'ok';
  }
  if (this instanceof HTMLInputElement && (this.type === 'checkbox' || this.type === 'radio')) {
    if (typeof value !== 'boolean') return 'boolean';
    if (this.type === 'radio' && !value) return this.checked ? 'radio' : 'ok';
    if (this.checked !== value) this.click();
    return this.checked === value ? 'ok' : 'rejected';
  }
  if (this instanceof HTMLInputElement && this.type === 'file') return 'file';
  if (this instanceof HTMLInputElement || this instanceof HTMLTextAreaElement) {
    this.focus();
    assign('value', String(value));
    fire('input', 'change');
    return this.value === '' && String(value) !== '' ? 'rejected' : 'ok';
  }
  if (this.isContentEditable) {
    this.focus();
    this.textContent = String(value);
    fire('input', 'change');
    return 'ok';
  }
  return 'no-field';
}`;

/** A quad's bounding box inside of the viewport, or undefined where nothing of it is. */
function visiblePart(quad: Protocol.DOM.Quad) {
  const xs = quad.filter((_, index) => index % 2 === 0);
  const ys = quad.filter((_, index) => index % 2 === 1);
  const left = Math.max(0, Math.min(...xs));
  const right = Math.min(VIEWPORT.width - 1, Math.max(...xs));
  const top = Math.max(0, Math.min(...ys));
  const bottom = Math.min(VIEWPORT.height - 1, Math.max(...ys));
  return right > left && bottom > top ? { left, right, top, bottom } : undefined;
}

/** The protocol's own message says that a node is gone or has no box; the model needs only that. */
function elementError(error: unknown, tab: Tab, signal: AbortSignal): unknown {
  if (signal.aborted || tab.channel.trouble.aborted || !(error instanceof Error)) return error;
  if (/no node|not found|detached/i.test(error.message)) return refuse(STALE);
  if (/layout object|content quads|box model/i.test(error.message)) return refuse(NOT_SHOWN);
  return error;
}
