// Words to be copied: a link or a key that is shown once.
//
//   <button type="button" hidden data-copy="ID of the field" data-copied="words">
//
// Without the script, or where the browser does not let it, the field is there to be selected.

export function copy(): void {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const field = document.getElementById(button.dataset["copy"] ?? "");
    if (!(field instanceof HTMLInputElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      field.select();
      navigator.clipboard.writeText(field.value).then(
        () => (button.textContent = button.dataset["copied"] ?? ""),
        () => undefined, // it stays selected, to be copied by hand
      );
    });
  }
}
