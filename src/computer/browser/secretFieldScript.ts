/**
 * What looks at a field, and fills it in, from the host's own world of the field's document: nothing that it uses is of the
 * page's making, and while it runs nothing of the page does, except what it says so of.
 *
 * `inspect(field)` answers how things stand: `problem`, or `origin` and `around` (of the documents around it), `type`,
 * `label`, `sendsTo`.
 */
const INSPECT = `
  const inspect = (field) => {
    if (!(field instanceof Element) || !field.isConnected || field.ownerDocument !== document) return { problem: 'gone' };
    const isInput = field instanceof HTMLInputElement;
    const type = isInput ? field.type : field instanceof HTMLTextAreaElement ? 'textarea' : '';
    if (!['password', 'text', 'email', 'tel', 'url', 'search', 'number', 'textarea'].includes(type)) return { problem: 'no-field' };
    if (field.matches(':disabled') || field.readOnly) return { problem: 'disabled' };
    // A document of a sandbox has the address of its origin, and not its rights.
    const origin = self.origin === location.origin ? location.origin : 'null';
    const around = Array.from(location.ancestorOrigins);
    const named = field.labels?.[0]?.textContent || field.getAttribute('aria-label') || field.placeholder || field.name || '';
    const label = named.trim().replace(/\\s+/g, ' ').slice(0, 100);
    let sendsTo;
    try {
      // A form's own properties give way to its fields' names.
      const action = field.form && Element.prototype.getAttribute.call(field.form, 'action');
      if (action) sendsTo = new URL(action, document.baseURI).origin;
    } catch {}
    return { origin, around, type, label, sendsTo: sendsTo === origin ? undefined : sendsTo };
  };`;

/** Its element is `this`. */
export const INSPECT_FIELD = `function () {${INSPECT}
  return inspect(this);
}`;

/**
 * `this` is the field, its parameters the value, whether it takes the place of all that is in the field, and what is to be
 * as it was when the user was asked. Answers `{ problem }` or `{}`. The value goes to the field as an object, wherever the
 * focus is; the page's handlers hear of it after that.
 */
export const FILL_FIELD = `function (value, replacesAll, asked) {${INSPECT}
  const isAsAsked = () => {
    const { problem, origin, around = [], type, sendsTo } = inspect(this);
    return problem === undefined && origin === asked.origin && type === asked.type && sendsTo === asked.sendsTo &&
      around.length === asked.around.length && around.every((each, at) => each === asked.around[at]);
  };
  if (!isAsAsked()) return { problem: 'changed' };
  // Here the page's handlers run.
  this.focus();
  if (!isAsAsked()) return { problem: 'changed' };
  const before = this.value;
  const start = replacesAll ? 0 : this.selectionStart ?? 0;
  const end = replacesAll ? before.length : this.selectionEnd ?? before.length;
  const next = before.slice(0, start) + value + before.slice(end);
  if (this.maxLength >= 0 && next.length > this.maxLength) return { problem: 'too-long' };
  this.value = next;
  if (this.value !== next) {
    this.value = before;
    return { problem: 'rejected' };
  }
  try { this.setSelectionRange(start + value.length, start + value.length); } catch {}
  for (const type of ['input', 'change']) this.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  return {};
}`;

/** The element with the focus, in shadow trees as well; a document's property would give way to its images' names. */
export const FOCUSED = `(() => {
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, 'activeElement');
  let active = get.call(document);
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
})()`;
