// The drawn table. Pointing at a room, or moving focus to it, dims the others.
//
//   <svg data-drawing>
//     <a data-room="ID" href="…">…</a>      a room
//     <g data-rooms="ID ID">…</g>           a party, with the rooms it sits in
//
// Only classes change: .picking on the drawing, .picked on what belongs to the room.

export function drawing(): void {
  for (const type of ["pointerover", "focusin"]) document.addEventListener(type, (e) => pick(e.target));
  document.addEventListener("focusout", (e) => {
    if (e.relatedTarget === null) pick(null);
  });
  document.addEventListener("parley:morphed", () => pick(document.activeElement));
}

function pick(target: EventTarget | null): void {
  const room = target instanceof Element ? target.closest("[data-drawing] [data-room]") : null;
  const id = room?.getAttribute("data-room") ?? null;
  for (const plan of document.querySelectorAll("[data-drawing]")) {
    const here = id !== null && plan.contains(room);
    plan.classList.toggle("picking", here);
    for (const e of plan.querySelectorAll("[data-room], [data-rooms]")) {
      const rooms = e.getAttribute("data-room") ?? e.getAttribute("data-rooms") ?? "";
      e.classList.toggle("picked", here && rooms.split(/\s+/).includes(id));
    }
  }
}
