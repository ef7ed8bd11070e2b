// Live pages. The server says `changed` on an event stream; the page then fetches
// itself and is morphed into what came, so that whatever did not change, and
// whatever a person is doing, stays as it is.
//
// htmx does the fetching and the morphing. Its attributes are put on two hidden
// elements outside of what is morphed, so that pages need to know only this:
//
//   <body data-live="/path/of/the/stream">   absent on pages that stand still
//   <main id="live" data-at="TOKEN">         what is replaced; TOKEN names the state shown
//   <nav id="x" data-live-part>              more to replace, outside of #live, with an id
//   <p id="live-status" role="status" data-on="words" data-off="words">

import htmx from "htmx.org";
import "htmx.org/dist/ext/hx-sse.js";
import { isBusy, isChanged, isField } from "./field";

const REFRESH = "parley:refresh";
const CONNECT = "parley:connect";
const RETRY_FIRST = 1_000; // milliseconds
const RETRY_MOST = 15_000;
const TINT_MOST = 4_000; // for readers who asked for less motion there is no animationend

/** How one element of the old page meets its successor. */
interface Meeting {
  newNode: Node;
}

interface AttributeChange {
  attrName: string;
  newValue: string | null;
}

export function live(): void {
  configure();
  const url = document.body.dataset["live"];
  if (!url || !region()) return;

  const stream = hidden({
    "hx-sse:connect": url,
    "hx-trigger": `load, ${CONNECT}`,
    "hx-target": "this",
    "hx-swap": "none", // a message without a name would be swapped in: it never is
  });
  const source = hidden({
    "hx-get": "", // the page's own address
    "hx-trigger": `${REFRESH} throttle:250ms`,
    "hx-target": "#live",
    "hx-select": "#live",
    "hx-swap": "outerMorph",
    "hx-sync": "this:queue last", // one under way, one waiting, however many come
  });
  const parts = [...document.querySelectorAll("[data-live-part][id]")].map((e) => `#${CSS.escape(e.id)}:outerMorph`);
  if (parts.length > 0) source.setAttribute("hx-select-oob", parts.join(","));

  listen(stream, source);
  guard(source);
}

function region(): HTMLElement | null {
  return document.getElementById("live");
}

function hidden(attributes: Record<string, string>): HTMLElement {
  const element = document.createElement("div");
  element.hidden = true;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
}

/** Sets htmx up, before it looks at the page: this runs while the script is loaded, and htmx waits for the page. */
function configure(): void {
  Object.assign(htmx.config, {
    history: false, // back and forward are the browser's
    transitions: false,
    includeIndicatorCSS: false,
    noSwap: [204, 304, "4xx", "5xx"], // an error page never replaces what is being read
    morphSkip: "[data-keep]",
    sse: { reconnectDelay: 500, reconnectMaxDelay: RETRY_MOST },
  });
  // htmx read its settings when it was loaded, and made a style sheet that no page uses.
  const { indicatorStyleSheet: unused } = htmx as { indicatorStyleSheet?: CSSStyleSheet };
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== unused);
  htmx.registerExtension("parley", {
    // No attribute is ever run as a program, whatever the Content-Security-Policy says.
    init: (api: { initSecurity(policy: undefined, sync: unknown, async: unknown): void }) =>
      api.initSecurity(undefined, refuse, refuse),
    htmx_before_morph_node: (old: Node, { newNode }: Meeting) => mayMorph(old, newNode),
    htmx_before_morph_attr: (old: Element, change: AttributeChange) => mayChange(old, change),
  });
}

function refuse(): never {
  throw new Error("htmx: programs in attributes are switched off");
}

/** Says no for a form in which somebody is at work, and for a field that was touched outside of one. */
function mayMorph(old: Node, successor: Node): boolean {
  if (old instanceof HTMLFormElement && isBusy(old)) {
    freshen(old, successor as Element);
    return false;
  }
  return !(isField(old) && (old === document.activeElement || isChanged(old)));
}

/** A person's own state is kept: what is unfolded stays so, and what has focus stays focusable. */
function mayChange(old: Element, { attrName, newValue }: AttributeChange): boolean {
  if (attrName === "open" && (old instanceof HTMLDetailsElement || old instanceof HTMLDialogElement)) return false;
  return !(attrName === "tabindex" && newValue === null && old === document.activeElement);
}

/**
 * In a form that is left alone, what is marked data-fresh follows the page all the
 * same: who will see the words, and the hidden field with the size that was seen.
 */
function freshen(old: Element, successor: Element): void {
  for (const stale of old.querySelectorAll<HTMLElement>("[data-fresh][id]")) {
    const fresh = successor.querySelector<HTMLElement>(`[id="${CSS.escape(stale.id)}"]`);
    if (!fresh) continue;
    if (stale instanceof HTMLInputElement && fresh instanceof HTMLInputElement) stale.value = fresh.defaultValue;
    else if (!stale.isEqualNode(fresh)) stale.replaceChildren(...fresh.cloneNode(true).childNodes);
  }
}

// ---- the stream

function listen(stream: HTMLElement, source: HTMLElement): void {
  let connected = 0; // how often, since the page was loaded
  let open = false;
  let wait = RETRY_FIRST;
  let timer: number | undefined;

  const retry = () => {
    status("off");
    clearTimeout(timer);
    timer = window.setTimeout(() => htmx.trigger(stream, CONNECT), wait * (0.7 + 0.6 * Math.random()));
    wait = Math.min(wait * 2, RETRY_MOST);
  };
  stream.addEventListener("htmx:sse:after:connection", () => {
    clearTimeout(timer);
    open = true;
    wait = RETRY_FIRST;
    status("on");
    // A page that names its state is told at once whether it is behind; another has to look.
    if (connected++ > 0 && !region()?.dataset["at"]) htmx.trigger(source, REFRESH);
  });
  stream.addEventListener("htmx:sse:before:connection", () => {
    if (connected > 0) status("off");
  });
  stream.addEventListener("htmx:sse:error", (event) => {
    status("off");
    const code = (event as CustomEvent<{ status?: number }>).detail.status ?? 0;
    // No longer seated or no longer logged in: show what there is to see now.
    if (connected > 0 && code >= 400 && code < 500) location.reload();
  });
  // The extension reconnects by itself once it was connected. It does not when the
  // first try fails, or when it gave up: those are retried here.
  stream.addEventListener("htmx:finally:request", () => {
    if (!open) retry();
  });
  stream.addEventListener("htmx:sse:close", () => {
    open = false;
    retry();
  });
  stream.addEventListener("changed", (event) => {
    const token = (event as CustomEvent<{ data?: string }>).detail.data;
    if (token && token === region()?.dataset["at"]) return;
    htmx.trigger(source, REFRESH);
  });
}

function status(state: "on" | "off"): void {
  const line = document.getElementById("live-status");
  if (!line) return;
  const words = line.dataset[state] ?? "";
  line.dataset["state"] = state;
  if (line.textContent !== words) line.textContent = words;
}

// ---- the swap

interface Task {
  type: string;
  fragment: DocumentFragment;
}

/** Watches over each swap: nothing empty, no stolen focus, and what is new gets its tint. */
function guard(source: HTMLElement): void {
  let known = new Set<string>();
  let focus: Focus | null = null;

  source.addEventListener("htmx:response:error", (event) => {
    const code = (event as CustomEvent<{ ctx: { response: { status: number } } }>).detail.ctx.response.status;
    if (code < 500) location.reload();
  });
  source.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = (event as CustomEvent<{ ctx: { swap: string }; tasks: Task[] }>).detail;
    if (ctx.swap === "none") return;
    const main = tasks.find((t) => t.type === "main");
    const next = main?.fragment.querySelector<HTMLElement>("#live");
    if (!main || !next || next.dataset["seat"] !== region()?.dataset["seat"]) {
      event.preventDefault(); // another page, such as the one to log in, or the page of a seat that was taken in another tab
      location.reload();
      return;
    }
    for (const task of tasks) {
      for (const e of task.fragment.querySelectorAll("[autofocus]")) e.removeAttribute("autofocus");
    }
    known = new Set(items().map((e) => e.id));
    focus = remember();
  });
  source.addEventListener("htmx:after:swap", () => {
    if (focus) restore(focus);
    for (const item of items()) if (!known.has(item.id)) tint(item);
    document.dispatchEvent(new CustomEvent("parley:morphed"));
  });
}

function items(): HTMLElement[] {
  return [...(region()?.querySelectorAll<HTMLElement>("[data-item][id], [data-tint][id]") ?? [])];
}

function tint(item: HTMLElement): void {
  const done = () => item.classList.remove("arrived");
  item.classList.add("arrived");
  item.addEventListener("animationend", done, { once: true });
  setTimeout(done, TINT_MOST);
}

interface Focus {
  id: string;
  start: number | null;
  end: number | null;
}

function remember(): Focus | null {
  const active = document.activeElement;
  if (!active?.id) return null;
  const text = active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && active.selectionStart !== null);
  return { id: active.id, start: text ? active.selectionStart : null, end: text ? active.selectionEnd : null };
}

/** Only for browsers that cannot move an element without taking focus from it. */
function restore(focus: Focus): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  const element = document.getElementById(focus.id);
  element?.focus({ preventScroll: true });
  if (focus.start !== null && (element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement)) {
    element.setSelectionRange(focus.start, focus.end);
  }
}
