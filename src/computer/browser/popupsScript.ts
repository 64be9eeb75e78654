/** What `popups.ts` runs in the page, in a world of the host's own. */

/**
 * Answers `{ field, describe }` of the field with the focus whose list or picker is open, else undefined. It is looked
 * for in this document and its open shadow trees. A browser too old for `:open` is taken at the click's word for lists.
 */
export const FIND_POPUP = `(() => {
  const innermost = (root) => {
    const element = root?.activeElement;
    if (!element) return undefined;
    return (element.shadowRoot && innermost(element.shadowRoot)) ?? element;
  };
  const field = innermost(document);
  const tag = field?.localName;
  if ((tag !== 'select' && tag !== 'input') || (tag === 'select' && (field.multiple || field.size > 1))) return undefined;
  const isOpen = CSS.supports('selector(:open)') ? field.matches(':open') : tag === 'select';
  if (!isOpen) return undefined;
  const words = (text, max) => (text ?? '').trim().replace(/\\s+/g, ' ').slice(0, max);
  const describe = (maxOptions, max) => {
    const message = words(field.getAttribute('aria-label') ?? field.labels?.[0]?.textContent, max);
    if (tag === 'input') {
      const { type, value, min, max: most } = field;
      return { type, message, value, min, max: most };
    }
    const options = Array.from(field.options).slice(0, maxOptions).map((option) => {
      const group = option.parentElement?.localName === 'optgroup' ? option.parentElement : undefined;
      return {
        label: words(option.label, max),
        group: words(group?.label, max),
        isDisabled: option.disabled || group?.disabled === true,
      };
    });
    return { type: 'select', message, options, chosen: field.selectedIndex };
  };
  return { field, describe };
})()`;

/** `this` is what `FIND_POPUP` answered, its parameter the value or null. Answers whether the popup is open still. */
export const SET_POPUP = `function (value) {
  const { field } = this;
  const property = field.localName === 'select' ? 'selectedIndex' : 'value';
  const next = property === 'value' ? value : Number(value);
  const isUsable = property === 'value' || (field.options[next] && !field.options[next].disabled);
  const before = field[property];
  if (value !== null && isUsable) field[property] = next;
  if (field[property] !== before)
    for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
  return field.isConnected && CSS.supports('selector(:open)') && field.matches(':open');
}`;
