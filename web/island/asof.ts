// The date slider. Without this script it is a form with a button, whose field
// `stop` is the number of a stop. With it, the date is shown while dragging, and
// the address names the time itself, which stays right when more stops come.
//
//   <form data-asof method="get">
//     <input type="range" name="stop" min="0" max="2" value="2" list="stops">
//     <input type="hidden" name="at" disabled>
//     <output>…</output> <button>…</button>
//     <datalist id="stops"><option value="0" label="words" data-at="2025-02-18T09:00:00Z"></datalist>
//   </form>
//
// The stop without data-at is now: its address has no `at` at all.

const KEY_PAUSE = 700; // milliseconds after the last arrow key

export function asOf(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-asof]")) {
    const range = form.querySelector<HTMLInputElement>("input[type=range]");
    if (range) slide(form, range);
  }
}

function slide(form: HTMLFormElement, range: HTMLInputElement): void {
  const output = form.querySelector("output");
  let byKey = false;
  let timer: number | undefined;

  const stop = () => [...(range.list?.options ?? [])].find((o) => o.value === range.value);
  const show = () => {
    const label = stop()?.label;
    if (!label) return;
    if (output) output.textContent = label;
    range.setAttribute("aria-valuetext", label);
  };
  show();
  range.addEventListener("pointerdown", () => (byKey = false));
  range.addEventListener("keydown", () => (byKey = true));
  range.addEventListener("input", () => {
    clearTimeout(timer);
    show();
  });
  range.addEventListener("change", () => {
    clearTimeout(timer);
    if (byKey) timer = window.setTimeout(() => form.requestSubmit(), KEY_PAUSE);
    else form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    const option = stop();
    const at = form.elements.namedItem("at");
    if (!option || !(at instanceof HTMLInputElement)) return;
    at.value = option.dataset["at"] ?? "";
    at.disabled = at.value === "";
    range.removeAttribute("name");
  });
  // Back from the browser's page cache: as it was written, ready to be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    form.reset();
    range.name = "stop";
    show();
  });
}
