import { ORIGIN } from './elementOrigin.ts';

/**
 * Tells what an element is to somebody who acts on it. Runs in the host's own world, where nothing is of a page's making
 * but names, which are cut. A form's own properties are not asked: its fields can take their names.
 */
export const DESCRIBE = `(node) => {
  const origin = (${ORIGIN})(node && node.nodeType !== 1 ? node.parentElement ?? undefined : node);
  if (origin === null) return null;
  const MAX = 300, MAX_NAMES = 8, MAX_STEPS = 12, MAX_FIELDS = 300, SHORT = 80;
  const cut = (text) => String(text ?? '').slice(0, 2 * MAX).replace(/\\s+/g, ' ').trim().slice(0, MAX);
  const attribute = (element, name) => Element.prototype.getAttribute.call(element, name) ?? '';
  const matches = (element, selector) => Element.prototype.matches.call(element, selector);
  const above = (element) => {
    const root = element.getRootNode();
    return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  };
  const textOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let text = '';
    for (let steps = 0; steps < 300 && text.length < MAX; steps++) {
      const at = walker.nextNode();
      if (at === null) break;
      if (at.nodeType === 3) text += /^(SCRIPT|STYLE|NOSCRIPT)$/.test(at.parentElement?.tagName) ? '' : at.data;
      else if (at.tagName === 'IMG' || at.tagName === 'INPUT') text += ' ' + (attribute(at, 'alt') || attribute(at, 'value')) + ' ';
      else text += ' ' + (attribute(at, 'aria-label') || attribute(at, 'title')) + ' ';
    }
    return cut(text);
  };
  const byIds = (element, name) => attribute(element, name).split(/\\s+/).filter(Boolean).slice(0, 5)
    .map((id) => element.getRootNode().getElementById?.(id)).filter(Boolean).map(textOf).join(' ');
  const BUTTONS = 'button, summary, input[type=submit], input[type=image], input[type=button], input[type=reset], [role=button], [role=menuitem], [role=switch]';
  const LINKS = 'a[href], area[href], [role=link]';
  const FIELDS = 'input, textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox], [role=searchbox]';
  const OTHERS = '[role=option], [role=tab], [role=checkbox], [role=radio], option, label';
  const roleOf = (element) => matches(element, BUTTONS) ? 'button' : matches(element, LINKS) ? 'link' :
    matches(element, FIELDS) ? 'field' : 'text';
  const start = node.nodeType === 1 ? node : node.parentElement;
  let control = null;
  for (let at = start, steps = 0; at && steps < MAX_STEPS; at = above(at), steps++)
    if (matches(at, [BUTTONS, LINKS, FIELDS, OTHERS].join(', '))) { control = at; break; }
  if (control?.tagName === 'LABEL' && control.control) control = control.control;
  if (control === null) {
    // What is clicked may be one all the same. What is around it counts as long as it says little.
    for (let at = start, steps = 0; at && at !== document.body && steps < 5; at = above(at), steps++) {
      if (textOf(at).length > SHORT) break;
      control = at;
    }
  }
  const page = document.body;
  control ??= start;
  if (control === page || control === document.documentElement) return { origin, role: 'text', names: [] };
  const role = roleOf(control);
  const type = control.tagName === 'INPUT' ? control.type : '';
  const namesOf = (element) => [
    attribute(element, 'aria-label'), byIds(element, 'aria-labelledby'),
    /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) ? [...(element.labels ?? [])].slice(0, 3).map(textOf).join(' ') : textOf(element),
    element.tagName === 'INPUT' && roleOf(element) === 'button' ? element.value : '',
    attribute(element, 'alt'), attribute(element, 'title'), attribute(element, 'placeholder'),
    element === control && start !== control ? attribute(start, 'alt') || attribute(start, 'title') : '',
  ].map(cut).filter(Boolean);
  const plain = (text) => cut(text).replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[^\\p{L}]+/gu, ' ').trim().toLowerCase().slice(0, SHORT);
  const writtenOf = (element) => [
    ...attribute(element, 'class').slice(0, 2 * MAX).split(/\\s+/).slice(0, 20),
    ...['id', 'name', 'data-testid', 'data-test', 'data-action', 'data-icon', 'data-method', 'data-tooltip', 'data-original-title']
      .map((name) => attribute(element, name)),
    element.tagName === 'use' ? attribute(element, 'href') || attribute(element, 'xlink:href') : '',
    element.tagName === 'BUTTON' ? attribute(element, 'value') : '',
    element.tagName === 'IMG' ? attribute(element, 'src').replace(/^data:.*|[?#].*/s, '').split('/').at(-1) : '',
  ];
  const cluesOf = (element) => {
    let parts = [element, ...[...Element.prototype.querySelectorAll.call(element, '*')].slice(0, 12)];
    if (role === 'text') {
      // Only what shows that it can be clicked: there is much else without words.
      parts = [];
      for (let at = start; at && at !== page && parts.length < 4 && getComputedStyle(at).cursor === 'pointer'; at = above(at)) parts.push(at);
    }
    return [...new Set(parts.flatMap(writtenOf).map(plain).filter(Boolean))].slice(0, 40);
  };
  const hintsOf = (element) => [attribute(element, 'name'), attribute(element, 'id'), attribute(element, 'aria-label'),
    attribute(element, 'placeholder')].join(' ').slice(0, 2 * MAX);
  const isPassword = (element) => element.tagName === 'INPUT' && (element.type === 'password' ||
    /(current|new)-password|one-time-code/.test(attribute(element, 'autocomplete')) ||
    /passw|passphrase|passwort|kennwort|contrase|mot.?de.?passe|senha|wachtwoord/i.test(hintsOf(element)));
  const isPayment = (element) => /^(INPUT|SELECT)$/.test(element.tagName) &&
    (/\\bcc-/.test(attribute(element, 'autocomplete')) ||
    /card.?(num|no\\b|holder)|cvv|cvc|\\biban\\b|kartennummer|kreditkarte|num.{0,5}carte|tarjeta|cartao/i.test(hintsOf(element)));
  const isSubmit = (element) => (element.tagName === 'BUTTON' && element.type === 'submit') ||
    (element.tagName === 'INPUT' && /^(submit|image)$/.test(element.type));
  const elementsOf = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements').get;
  const own = /^(BUTTON|INPUT|SELECT|TEXTAREA)$/.test(control.tagName) ? control.form : null;
  const form = own ?? Element.prototype.closest.call(control, 'form');
  let fields = form ? [...elementsOf.call(form)] : [];
  if (!form && role === 'button')
    // Without a form, what is close around belongs to it.
    for (let at = above(control), steps = 0; at && at !== page && steps < 5 && fields.length === 0; at = above(at), steps++)
      fields = [...Element.prototype.querySelectorAll.call(at, 'input, select')];
  fields = fields.slice(0, MAX_FIELDS);
  const submits = isSubmit(control) ? form !== null : role === 'field' ? form !== null : role === 'button' && type !== 'reset' && !form && fields.length > 0;
  const images = form ? [...Element.prototype.querySelectorAll.call(form, 'input[type=image]')].slice(0, 3) : [];
  const names = [...new Set(namesOf(control))].slice(0, MAX_NAMES);
  return {
    origin, role, names,
    ...(role !== 'field' && !names.some((name) => /[\\p{L}\\p{N}]/u.test(name)) && { clues: cluesOf(control) }),
    ...(role === 'field' && {
      field: isPassword(control) ? 'password' : isPayment(control) ? 'payment' : 'other',
      isMultiline: control.tagName === 'TEXTAREA' || control.isContentEditable,
      ...(control.isContentEditable && { isRichText: true }),
    }),
    submits,
    ...((form || fields.length > 0) && { form: {
      names: [...new Set([...fields, ...images].filter(isSubmit).slice(0, MAX_NAMES).flatMap(namesOf))].slice(0, MAX_NAMES),
      hasPassword: fields.some(isPassword),
      hasPayment: fields.some(isPayment),
      ...(form && Element.prototype.querySelector.call(form, 'textarea, [contenteditable]:not([contenteditable=false])') && { hasMessage: true }),
      ...(form && /^post$/i.test(attribute(control, 'formmethod') || attribute(form, 'method')) && { isPost: true }),
    } }),
  };
}`;

/** The innermost element that has the keyboard; the frame's element where it is in a frame of another origin. */
export const FOCUSED = `(() => {
  let at = document.activeElement;
  for (let steps = 0; at && steps < 50; steps++) {
    let inner = at.shadowRoot?.activeElement;
    try { inner ??= at.contentDocument?.activeElement; } catch {}
    if (!inner) break;
    at = inner;
  }
  return at ?? document.body ?? document.documentElement;
})()`;
