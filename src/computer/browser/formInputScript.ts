/**
 * The function that `form_input` runs in the page: `this` is the element, its parameter the value. Answers
 * `{ problem }`, a key of the phrases in `formInput.ts`, `{ became }` where the field holds something else then,
 * `{ isSelected }` where all of a rich text is now to be typed over, or `{}`.
 */
export const SET_VALUE = `function (value) {
  const text = String(value);
  const plain = (words) => words.trim().replace(/\\s+/g, ' ').toLowerCase();
  const fire = (element, ...types) => {
    for (const type of types) element.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  };
  const assign = (element, property, next) => {
    // Frameworks put a property of their own on the element; the prototype's setter is what typing uses.
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), property);
    set.call(element, next);
  };
  const choose = (select) => {
    const options = Array.from(select.options);
    const usable = (option) => !option.disabled && !(option.parentElement instanceof HTMLOptGroupElement && option.parentElement.disabled);
    const named = (name) =>
      options.find((option) => usable(option) && option.value === name) ??
      options.find((option) => usable(option) && option.text.trim() === name.trim()) ??
      options.find((option) => usable(option) && (plain(option.text) === plain(name) || plain(option.label) === plain(name)));
    let names = [text];
    if (select.multiple && !named(text)) {
      try { names = [].concat(JSON.parse(text)).map(String); } catch { names = text.split(/\\s*[,\\n]\\s*/); }
    }
    const chosen = names.map(named);
    if (chosen.includes(undefined)) return { problem: select.multiple ? 'no-options' : 'no-option' };
    select.focus();
    if (select.multiple) for (const option of options) option.selected = chosen.includes(option);
    else assign(select, 'selectedIndex', chosen[0].index);
    fire(select, 'input', 'change');
    return {};
  };
  const check = (box, isRadio, isOn) => {
    if (typeof value !== 'boolean') return { problem: 'boolean' };
    if (isRadio && !value) return isOn() ? { problem: 'radio' } : {};
    if (isOn() !== value || box.indeterminate) box.click();
    return {};
  };
  const toColor = () => {
    if (!CSS.supports('color', text)) return undefined;
    const context = document.createElement('canvas').getContext('2d');
    context.fillStyle = text;
    return /^#[0-9a-f]{6}$/.test(context.fillStyle) ? context.fillStyle : undefined;
  };
  const write = (field) => {
    if (field.maxLength >= 0 && text.length > field.maxLength) return { problem: 'too-long' };
    const before = field.value;
    const next = field.type === 'color' ? toColor() : text;
    if (next === undefined) return { problem: 'color' };
    field.focus();
    assign(field, 'value', next);
    const problem = ['number', 'range', 'date', 'time', 'datetime-local', 'month', 'week'].includes(field.type) ? field.type : 'rejected';
    const isOther = field.type === 'range' && Number(field.value) !== Number(next);
    if ((field.value === '' && text !== '') || isOther) {
      assign(field, 'value', before);
      return { problem };
    }
    fire(field, 'input', 'change');
    const same = field.value === next || field.value.replace(/\\r\\n?/g, '\\n') === text.replace(/\\r\\n?/g, '\\n');
    return same ? {} : { became: field.value };
  };
  const rewrite = (element) => {
    element.focus();
    if (element.hasAttribute('contenteditable')) {
      document.execCommand('selectAll');
    } else {
      const range = document.createRange();
      range.selectNodeContents(element);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    return { isSelected: true };
  };
  const set = (element) => {
    if (element.matches(':disabled') || element.readOnly || element.getAttribute('aria-disabled') === 'true') return { problem: 'disabled' };
    if (element instanceof HTMLSelectElement) return choose(element);
    if (element instanceof HTMLInputElement) {
      if (element.type === 'checkbox' || element.type === 'radio') {
        const result = check(element, element.type === 'radio', () => element.checked);
        return 'problem' in result || element.checked === value ? result : { problem: 'rejected' };
      }
      if (element.type === 'file') return { problem: 'file' };
      if (['button', 'submit', 'reset', 'image', 'hidden'].includes(element.type)) return { problem: 'no-field' };
      return write(element);
    }
    if (element instanceof HTMLTextAreaElement) return write(element);
    if (element.isContentEditable) return rewrite(element);
    const role = element.getAttribute('role');
    if (['checkbox', 'switch', 'menuitemcheckbox', 'radio', 'menuitemradio'].includes(role))
      return check(element, role.endsWith('radio'), () => element.getAttribute('aria-checked') === 'true');
    if (element instanceof HTMLLabelElement && element.control) return set(element.control);
    return { problem: 'no-field' };
  };
  return set(this);
}`;
