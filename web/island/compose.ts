// Forms in which words are written.
//
//   <form id="…" data-compose data-draft="ROOM/FORM" method="post">
//
// What is typed is kept in this tab's session storage under the seat of
// <body data-seat="…"> and data-draft, until it was sent. When the server refuses
// and shows the form again with its values, it says data-refused on it.
// Ctrl or Cmd with Enter sends; a second sending while one is under way does not go out.

import { type Field, isChanged, isField } from "./field";

const PREFIX = "parley.draft/";
const SENDING_MOST = 15_000; // milliseconds; the server's idempotency key guards beyond that

interface Draft {
  sent: boolean;
  values: [name: string, value: string][];
}

export function compose(): void {
  const seat = document.body.dataset["seat"];
  if (!seat) {
    // Nobody is logged in: nothing of theirs stays in this tab. Who is only looking at their account comes back.
    if (!document.body.hasAttribute("data-account")) forget();
    return;
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    restore(form, keyOf(form, seat));
  }
  // By delegation: a form may come later, with new content.
  document.addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (form?.dataset["draft"]) save(form, keyOf(form, seat), false);
  });
  document.addEventListener("submit", (event) => {
    const form = formOf(event.target);
    if (!form || event.defaultPrevented) return;
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      return;
    }
    form.dataset["sending"] = "";
    setTimeout(() => delete form.dataset["sending"], SENDING_MOST);
    if (form.dataset["draft"]) save(form, keyOf(form, seat), true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = formOf(event.target);
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) delete form.dataset["sending"];
  });
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>("form[data-compose]") : null;
}

function keyOf(form: HTMLFormElement, seat: string): string {
  return `${PREFIX}${seat}/${location.pathname}/${form.dataset["draft"] ?? ""}`;
}

/** The fields that a draft holds: what a person writes or chooses, never a secret or a hidden field. */
function kept(form: HTMLFormElement): Field[] {
  const never = ["hidden", "password", "file", "submit", "button", "reset", "image"];
  return [...form.elements].filter(isField).filter((f) => f.name !== "" && !never.includes(f.type));
}

function save(form: HTMLFormElement, key: string, sent: boolean): void {
  const fields = kept(form);
  if (!fields.some(isChanged)) {
    sessionStorage.removeItem(key);
    return;
  }
  const values: Draft["values"] = [];
  for (const field of fields) {
    if (field instanceof HTMLSelectElement) {
      for (const option of field.selectedOptions) values.push([field.name, option.value]);
    } else if (!(field instanceof HTMLInputElement) || !["checkbox", "radio"].includes(field.type) || field.checked) {
      values.push([field.name, field.value]);
    }
  }
  try {
    sessionStorage.setItem(key, JSON.stringify({ sent, values } satisfies Draft));
  } catch {
    // Storage is full or switched off: then there is no draft, and nothing else is lost.
  }
}

/**
 * Puts a draft back, unless the form was sent and the server has answered: a page
 * that was navigated to after a sending, and is not marked as refused, is that answer.
 */
function restore(form: HTMLFormElement, key: string): void {
  const draft = read(key);
  if (!draft) return;
  const [entry] = performance.getEntriesByType("navigation");
  const arrived = entry instanceof PerformanceNavigationTiming && entry.type === "navigate";
  const refused = form.hasAttribute("data-refused");
  if (refused || (draft.sent && arrived)) {
    sessionStorage.removeItem(key); // when refused, the server's values are the newer ones
    return;
  }
  const fields = kept(form);
  if (fields.some(isChanged)) return; // the browser has put back what it knew
  const left = new Map<string, string[]>();
  for (const [name, value] of draft.values) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of fields) fill(field, left.get(field.name) ?? []);
}

function fill(field: Field, values: string[]): void {
  if (field instanceof HTMLSelectElement) {
    for (const option of field.options) option.selected = values.includes(option.value);
  } else if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
    field.checked = values.includes(field.value);
  } else {
    field.value = values.shift() ?? "";
  }
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

function forget(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Storage is switched off: there is nothing to forget.
  }
}
