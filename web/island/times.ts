// Times stay as the server wrote them, in UTC; the reader's own time is in the title.
//
//   <time datetime="2025-02-18T09:00:00Z" data-style="datetime">18 Feb 2025, 09:00 UTC</time>
//
// data-style is datetime (the default), time or date. The title is written when it
// is first wanted: a page that differs from the server's would be harder to morph.

const styles: Record<string, Intl.DateTimeFormatOptions> = {
  datetime: { dateStyle: "full", timeStyle: "long" },
  time: { timeStyle: "long" },
  date: { dateStyle: "full" },
};

export function times(): void {
  for (const type of ["pointerover", "focusin"]) document.addEventListener(type, (e) => explain(e.target));
}

function explain(target: EventTarget | null): void {
  if (!(target instanceof Element)) return;
  const here = target.closest<HTMLTimeElement>("time[datetime]");
  const all = here ? [here] : target.querySelectorAll<HTMLTimeElement>(":scope:focus time[datetime]");
  for (const time of all) {
    const when = new Date(time.dateTime);
    // A day without a time is the same day everywhere.
    if (time.title || !time.dateTime.includes("T") || Number.isNaN(when.valueOf())) continue;
    const style = styles[time.dataset["style"] ?? "datetime"] ?? styles["datetime"];
    time.title = new Intl.DateTimeFormat(document.documentElement.lang || undefined, style).format(when);
  }
}
