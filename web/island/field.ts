// What a person has typed or chosen and not yet sent.

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function isField(node: unknown): node is Field {
  return node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement;
}

/** Whether keys that are pressed on this element make text or choose a value in it. */
export function takesKeys(node: EventTarget | null): boolean {
  if (!(node instanceof HTMLElement)) return false;
  if (node.isContentEditable || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement) return true;
  return node instanceof HTMLInputElement && !["button", "checkbox", "radio", "reset", "submit", "image"].includes(node.type);
}

/** Whether the field differs from what the server wrote. Hidden fields and buttons never do. */
export function isChanged(field: Field): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const preset = options.some((o) => o.defaultSelected);
    // Without a preset the browser itself chooses the first of a drop-down list.
    return options.some((o, i) => o.selected !== (preset || field.multiple ? o.defaultSelected : i === 0));
  }
  switch (field.type) {
    case "button":
    case "hidden":
    case "image":
    case "reset":
    case "submit":
      return false;
    case "checkbox":
    case "radio":
      return field.checked !== field.defaultChecked;
    case "range":
    case "color":
      return field.hasAttribute("value") && field.value !== field.defaultValue;
    default:
      return field.value !== field.defaultValue;
  }
}

/** Whether somebody is at work in this form: focus in a field, something changed, or on its way. */
export function isBusy(form: Element): boolean {
  if (form.hasAttribute("data-sending")) return true;
  const active = document.activeElement;
  if (active && form.contains(active) && (takesKeys(active) || isField(active))) return true;
  return [...form.querySelectorAll("input, textarea, select")].some((f) => isField(f) && isChanged(f));
}
