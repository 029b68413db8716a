// What is measured inside a page. Each of these is sent to the browser as it stands, so that it may use nothing around it.

/** When, in milliseconds since the navigation began, the page was alive, the cell was clicked, and the log was there. */
export type FirstLog = { alive: number; clicked: number; log: number };

/** Clicks the cell that is called `cell` as soon as the page is alive, and waits until a `line` of the log is in sight;
 * without a cell, for that line alone. */
export function firstLog({ cell, line }: { cell: string; line: string }): Promise<FirstLog> {
  return new Promise((done, failed) => {
    const seen: FirstLog = { alive: 0, clicked: 0, log: 0 };
    const observer = new MutationObserver(look);
    function look() {
      if (seen.alive === 0 && document.documentElement.hasAttribute("data-hydrated")) seen.alive = performance.now();
      if (cell !== "" && seen.alive > 0 && seen.clicked === 0) {
        const link = document.querySelector<HTMLElement>(`a.step-cell[aria-label^="${cell}"]`);
        if (link !== null) {
          seen.clicked = performance.now();
          link.click();
        }
      }
      if ((cell === "" || seen.clicked > 0) && document.querySelector(line) !== null) {
        observer.disconnect();
        requestAnimationFrame(drawn);
      }
    }
    function drawn() {
      const frame = document.querySelector("#log-lines")?.getBoundingClientRect();
      const inSight = (element: Element) => {
        const place = element.getBoundingClientRect();
        return frame && place.height > 0 && place.top >= frame.top - 1 && place.bottom <= frame.bottom + 1;
      };
      // Any line: the last one of a log that grows is another one in every frame.
      const shows = frame && frame.top <= window.innerHeight && [...document.querySelectorAll(line)].reverse().some(inSight);
      if (!shows) {
        requestAnimationFrame(drawn);
        return;
      }
      // After the frame that shows it.
      setTimeout(() => {
        seen.log = performance.now();
        done(seen);
      });
    }
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    setTimeout(() => {
      const found = { ...seen, lines: document.querySelectorAll(line).length, address: location.href };
      if (seen.log === 0) failed(new Error(`no line of the log was in sight after 30 s: ${JSON.stringify(found)}`));
    }, 30_000);
    look();
  });
}

/** Clicks the cell that is called `cell`, and says after how many milliseconds the last line of its log was in sight. */
export function opensAtTail(cell: string): Promise<number> {
  return new Promise((done) => {
    const begun = performance.now();
    document.querySelector<HTMLElement>(`a.step-cell[aria-label^="${cell}"]`)?.click();
    function look() {
      const list = document.querySelector("#log-lines");
      const lines = document.querySelectorAll("#log-lines .log-line");
      const last = lines[lines.length - 1]?.getBoundingClientRect();
      const frame = list?.getBoundingClientRect();
      const ended = document.querySelector(".log-end") !== null;
      if (last && frame && ended && last.height > 0 && last.top >= frame.top && last.bottom <= frame.bottom) {
        setTimeout(() => done(performance.now() - begun));
      } else {
        requestAnimationFrame(look);
      }
    }
    requestAnimationFrame(look);
  });
}

/** What was seen of a live run. Times are the clock's, in milliseconds. */
export type Sight = {
  from: number;
  until: number;
  /** Of each line: its number, the time that is written in it, and when it was seen. */
  lines: [number, number, number][];
  /** Of each cell that changed before one's eyes: its step, its new word, and when it was seen. */
  cells: [string, string, number][];
};

/** Watches the open log and the matrix for that many milliseconds. */
export function watchRun(millis: number): Promise<Sight> {
  const sight: Sight = { from: Date.now(), until: 0, lines: [], cells: [] };
  let words = new Map<string, string>();
  let newest = 0;
  const readLines = (keep: boolean) => {
    const now = Date.now();
    const chunks = document.querySelectorAll("#log-lines .log-chunk");
    // Most of what is there was there before: from the last chunk back.
    for (let at = chunks.length - 1, known = false; at >= 0 && !known; at--) {
      for (const line of [...chunks[at].children].reverse()) {
        const number = Number(line.id.slice(1));
        if (number <= newest) {
          known = true;
          break;
        }
        const written = Date.parse(line.querySelector(".log-text")?.textContent?.split(" ", 1)[0] ?? "");
        if (keep && !Number.isNaN(written)) sight.lines.push([number, written, now]);
      }
    }
    const last = chunks[chunks.length - 1]?.lastElementChild;
    newest = Math.max(newest, Number(last?.id.slice(1) ?? 0));
  };
  const readCells = (keep: boolean) => {
    const now = Date.now();
    // What is not shown now is forgotten: what it became meanwhile was not to be seen.
    const before = words;
    words = new Map();
    for (const cell of document.querySelectorAll<HTMLAnchorElement>("a.step-cell")) {
      const step = new URL(cell.href).searchParams.get("step") ?? "";
      const word = cell.getAttribute("aria-label")?.split(": ").pop() ?? "";
      words.set(step, word);
      const was = before.get(step);
      if (keep && was !== undefined && was !== word) sight.cells.push([step, word, now]);
    }
  };
  readLines(false);
  readCells(false);
  const observer = new MutationObserver((mutations) => {
    const inLog = (mutation: MutationRecord) => (mutation.target as Element).closest?.("#log-lines");
    if (mutations.some(inLog)) readLines(true);
    if (mutations.some((mutation) => !inLog(mutation))) readCells(true);
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });
  return new Promise((done) => {
    setTimeout(() => {
      observer.disconnect();
      sight.until = Date.now();
      done(sight);
    }, millis);
  });
}
