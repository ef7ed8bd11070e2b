// The keyboard. Nothing happens while somebody types in a field, and no key with
// Ctrl, Alt or Meta is taken.
//
//   ?        opens <dialog id="keys">          /        focuses [data-search]
//   g, x     follows <a data-key="x">          c        focuses the first field of #compose
//   j, k     next and previous [data-item]     Esc      leaves a field, closes [data-menu]
//
// <button data-dialog="keys"> opens a dialog by its id with the mouse.

import { takesKeys } from "./field";

const GO_PAUSE = 1_500; // milliseconds in which the letter after g must come

export function keys(): void {
  let goes = 0; // until when a letter names a place

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") return escape();
    if (takesKeys(event.target) || document.querySelector("dialog:modal")) return;
    const key = event.key.toLowerCase();
    let done: boolean;
    if (performance.now() < goes) {
      goes = 0;
      done = go(key);
    } else if (key === "g") {
      goes = performance.now() + GO_PAUSE;
      done = true;
    } else {
      done = press(key);
    }
    if (done) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-dialog]") : null;
    if (opener && open(opener.dataset["dialog"] ?? "")) event.preventDefault();
  });
}

function press(key: string): boolean {
  switch (key) {
    case "?":
      return open("keys");
    case "/":
      return focus(document.querySelector<HTMLElement>("[data-search]")) || searchInMenu() || go("/");
    case "c":
      return composeFocus();
    case "j":
      return step(1);
    case "k":
      return step(-1);
    default:
      return false;
  }
}

function open(id: string): boolean {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return false;
  dialog.showModal();
  return true;
}

function go(key: string): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`a[data-key="${CSS.escape(key)}"]`);
  link?.click();
  return link !== null;
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  return element !== null && document.activeElement === element;
}

/** On a narrow page the search stands in the menu, which is shut: it is opened for it. */
function searchInMenu(): boolean {
  const menu = document.querySelector<HTMLDetailsElement>("details[data-menu]:not([open])");
  if (!menu) return false;
  menu.open = true;
  if (focus(document.querySelector<HTMLElement>("[data-search]"))) return true;
  menu.open = false;
  return false;
}

function composeFocus(): boolean {
  const box = document.getElementById("compose");
  if (!box) return false;
  const fold = box.closest("details") ?? box.querySelector("details");
  if (fold) fold.open = true;
  const fields = box.querySelectorAll<HTMLElement>("textarea, input:not([type=hidden], [type=radio]), select");
  return [...fields].some((field) => field.checkVisibility() && focus(field));
}

function step(by: 1 | -1): boolean {
  const items = [...document.querySelectorAll<HTMLElement>("[data-item]")].filter((e) => e.checkVisibility());
  const here = items.findIndex((e) => e.contains(document.activeElement));
  const next = items[here < 0 ? (by > 0 ? 0 : items.length - 1) : here + by];
  if (!next) return false;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function escape(): void {
  const active = document.activeElement;
  if (active instanceof HTMLElement && takesKeys(active)) active.blur();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    menu.open = false;
    if (active && (menu.contains(active) || active.matches("[data-search]"))) menu.querySelector("summary")?.focus();
  }
}
