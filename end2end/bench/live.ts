// Measures a live run in a browser, and writes what it saw as JSON. `drydock-bench` starts the server, with
// `--demo-chatty`, and holds the figures to what the server wrote.
import { type Browser, type Page, test } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import { makeAdmin } from "../harness/people";
import { expect, hydrated, open } from "../harness/test";
import { type Sight, firstLog, opensAtTail, watchRun } from "./probes";

const REPEATS = 5;
/** How long the live run is watched, in milliseconds. */
const WATCHED = Number(process.env.DRYDOCK_BENCH_SECONDS ?? 100) * 1_000;

type Session = Awaited<ReturnType<import("@playwright/test").BrowserContext["storageState"]>>;

/** A page of a browser that was never here: nothing is cached. */
async function cold<T>(browser: Browser, session: Session, use: (page: Page) => Promise<T>): Promise<T> {
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({ storageState: session, viewport, baseURL: process.env.DRYDOCK_BENCH_URL });
  try {
    const page = await context.newPage();
    page.on("console", (message) => say(`the console says ${message.type()}: ${message.text()}`));
    return await use(page);
  } finally {
    await context.close();
  }
}

/** Says in the terminal what goes on: the whole takes minutes. */
const say = (text: string) => console.log(`  ${text}`);

/** Waits until every server was looked at. */
async function settled(page: Page): Promise<void> {
  const tile = (caption: string) => page.getByRole("link", { name: new RegExp(`^\\d+\\s*${caption}`) });
  await open(page, "/");
  await expect(tile("Never reported")).toHaveText(/^0/, { timeout: 300_000 });
  await expect(tile("Being checked now")).toHaveText(/^0/, { timeout: 300_000 });
}

/** Upgrades every server of a stack at the same time; ends on the run's page and returns its address. */
async function upgrade(page: Page, stack: string): Promise<string> {
  await open(page, "/stacks");
  const link = await page.getByRole("link", { name: stack, exact: true }).getAttribute("href");
  await open(page, `${link}/deploy?all=on&strategy=parallel&settle_secs=0+s`);
  // A change asks for the preview.
  await page.getByLabel("Failure budget").fill("50");
  const run = page.getByRole("button", { name: /^Run now: / });
  await expect(run).toBeEnabled({ timeout: 300_000 });
  await run.click();
  await expect(page).toHaveURL(/\/runs\//, { timeout: 60_000 });
  return new URL(page.url()).pathname;
}

test("live", async ({ browser, page }) => {
  await makeAdmin(page, process.env.DRYDOCK_BENCH_FIRST_RUN ?? "");
  const session = await page.context().storageState();
  say("the first scans");
  await settled(page);

  say("a log of 100,000 lines is written");
  const long = await upgrade(page, "long");
  await expect(page.locator(".run-headline")).toContainText("succeeded", { timeout: 300_000 });
  await page.goto("about:blank");
  say("it is opened");
  const tail: number[] = [];
  const line: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const address = await cold(browser, session, async (page) => {
      await open(page, long);
      tail.push(await page.evaluate(opensAtTail, "Install on long-1"));
      return `${page.url().split("#")[0]}&line=50000#L50000`;
    });
    line.push(
      await cold(browser, session, async (page) => {
        await page.goto(address, { waitUntil: "commit" });
        return page.evaluate(firstLog, { cell: "", line: ".log-line[data-here]" }).then((seen) => seen.log);
      }),
    );
  }

  say("the run over all servers is planned and begins");
  const load = await upgrade(page, "load");
  await hydrated(page);
  const install = page.getByRole("link", { name: /^Install on load-1:/ });
  await expect(install).toContainText("running", { timeout: 120_000 });
  await page.goto("about:blank");
  // Until as many are at work as may be.
  await page.waitForTimeout(5_000);
  say("its page is opened by new browsers");
  const first: Awaited<ReturnType<typeof firstLog>>[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    first.push(
      await cold(browser, session, async (page) => {
        await page.goto(load, { waitUntil: "commit" });
        return page.evaluate(firstLog, { cell: "Install on load-1:", line: ".log-line" });
      }),
    );
  }
  say(`it is watched for ${WATCHED / 1_000} s`);
  const sight: Sight = await cold(browser, session, async (page) => {
    await open(page, load);
    await page.getByRole("link", { name: /^Install on load-1:/ }).click();
    await expect(page.locator("#log-lines .log-line").first()).toBeVisible();
    return page.evaluate(watchRun, WATCHED);
  });
  const found = { run: load.split("/")[2], tail, line, first, sight };
  await writeFile(process.env.DRYDOCK_BENCH_OUT ?? "live.json", JSON.stringify(found));
});
