// A run on the demo's simulated servers: its page while it goes, its log, its proof; the lists of runs and reboots.
import type { Page } from "@playwright/test";
import { test } from "../harness/demo";
import { expect, expectAccessible, hydrated, open } from "../harness/test";

// Later tests look at what earlier ones ran.
test.describe.configure({ mode: "serial" });

const PHONE = { width: 390, height: 844 };

async function fitsAPhone(page: Page): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize(PHONE);
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(wide, "no horizontal scrolling on a phone").toBeLessThanOrEqual(screen);
  await expectAccessible(page);
  if (before) await page.setViewportSize(before);
}

/** Ticks servers on the reboots page, plans, and runs the plan; ends on the run's page. */
async function runReboots(page: Page, servers: number): Promise<void> {
  await open(page, "/reboots");
  // By design it does not come back, which takes a quarter of an hour to be sure of.
  const rows = page.getByRole("row").filter({ has: page.locator("td.state", { hasText: "reboot" }), hasNotText: "data-db-1" });
  const boxes = rows.locator("input[name='ids[]']");
  for (let index = 0; index < servers; index++) await boxes.nth(index).check();
  await page.getByRole("button", { name: `Plan for ${servers} server` }).click();
  await expect(page).toHaveURL(/\/plans\//);
  await runPlan(page);
}

/** Applies security upgrades to a whole stack, one server after the other; ends on the run's page. */
async function runUpgrades(page: Page, stack: string): Promise<void> {
  await open(page, "/stacks");
  await page.getByRole("link", { name: stack, exact: true }).click();
  await page.getByText("Deploy ▾").click();
  await page.getByRole("link", { name: "Deploy with options…" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Deploy with options" })).toBeVisible();
  await hydrated(page);
  await page.getByRole("radio", { name: /^More options/ }).check({ force: true });
  await page.getByLabel("Apply security upgrades").check();
  await runPlan(page);
}

/** Runs the plan that is being shown, once its servers have answered. */
async function runPlan(page: Page): Promise<void> {
  const run = page.getByRole("button", { name: /^Run now: / });
  await expect(run).toBeEnabled({ timeout: 45_000 });
  await run.click();
  await expect(page).toHaveURL(/\/runs\//, { timeout: 20_000 });
  await hydrated(page);
}

const headline = (page: Page) => page.locator(".run-headline");
const matrix = (page: Page) => page.getByRole("region", { name: "Servers and steps" }).getByRole("table");
const lines = (page: Page) => page.locator("#log-lines .log-line");

test("the reboots page shows the evidence, and leads to a plan", async ({ page }) => {
  await open(page, "/reboots");
  await expect(page.getByRole("heading", { level: 1, name: "Reboots" })).toBeVisible();
  await expect(page.locator("tbody tr").first()).toContainText(/kernel|asked|librar/i);
  await expectAccessible(page);
  await fitsAPhone(page);
  await page.getByLabel("all on this page").check();
  const all = await page.locator("input[name='ids[]']").count();
  await expect(page.locator("input[name='ids[]']:checked")).toHaveCount(all);
  await expect(page.getByRole("button", { name: `Plan for ${all} server` })).toBeVisible();
});

test("without scripts a reboot is planned, too", async ({ visitor, storageState }) => {
  const still = await visitor({ javaScriptEnabled: false, storageState });
  await still.goto("/reboots");
  await still.getByRole("button", { name: "Plan for the chosen servers" }).click();
  await expect(still).toHaveURL(/\/reboots/);
  await expect(still.getByText("No server is chosen. Tick at least one, then plan again.")).toBeVisible();
  await still.locator("input[name='ids[]']").first().check();
  await still.getByRole("button", { name: "Plan for the chosen servers" }).click();
  await expect(still).toHaveURL(/\/plans\//);
});

test("a run moves before one's eyes, its log grows, and proof follows", async ({ page, visitor, storageState }) => {
  test.setTimeout(400_000);
  await runReboots(page, 2);
  await expect(headline(page)).toContainText(/\d+ servers?/);
  await expect(matrix(page).getByRole("row")).toHaveCount(3);
  await expectAccessible(page);

  // The first cell that moves, without a reload.
  const reboot = matrix(page).getByRole("link", { name: /^Reboot on / }).first();
  await expect(reboot).not.toContainText("pending", { timeout: 60_000 });
  await reboot.click();
  await expect(page).toHaveURL(/step=/);
  await expect(reboot).toHaveAttribute("aria-current", "true");
  await expect(lines(page).first()).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
  await fitsAPhone(page);

  // The rail counts it, another tab lists it.
  await expect(page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: /Runs\s*1/ })).toBeVisible();
  const still = await visitor({ javaScriptEnabled: false, storageState });
  await still.goto("/runs?open=1");
  await expect(still.locator("tbody tr").first()).toContainText(/queued|running/);
  await still.goto(page.url());
  await expect(lines(still).first()).toBeVisible();

  await expect(headline(page)).toContainText(/succeeded|failed/, { timeout: 300_000 });
  await expect(page.locator(".log-end")).toContainText("End of the log.");

  // What came live is what a reload reads, and what the file holds.
  const live = await lines(page).locator(".log-text").allTextContents();
  await page.reload();
  await hydrated(page);
  await expect(lines(page)).toHaveCount(live.length);
  expect(await lines(page).locator(".log-text").allTextContents()).toEqual(live);
  const href = await page.getByRole("link", { name: "Download" }).getAttribute("href");
  const file = await page.request.get(href ?? "");
  expect(file.headers()["content-type"]).toContain("text/plain");
  const bytes = await file.text();
  for (const line of live.filter((text) => text.trim() !== "").slice(0, 5)) expect(bytes).toContain(line);

  await page.getByRole("link", { name: "Proof" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Proof" })).toBeVisible();
  await expect(page.locator("details.proof")).toHaveCount(2);
  await expectAccessible(page);
  await fitsAPhone(page);
});

test("a line of a log has an address, and what is searched is found", async ({ page }) => {
  test.setTimeout(120_000);
  await open(page, "/runs");
  await page.locator("tbody a.row-name").first().click();
  await hydrated(page);
  await matrix(page).getByRole("link", { name: /^Reboot on / }).first().click();
  await expect(lines(page).first()).toBeVisible();
  const word = ((await lines(page).last().locator(".log-text").textContent()) ?? "").trim().split(/\s+/)[0];
  await page.getByLabel("Search this log").fill(word);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect(page).toHaveURL(/line=\d+/);
  const here = page.locator(".log-line[data-here]");
  await expect(here).toContainText(word);
  await expect(here).toBeInViewport();
  const address = page.url();
  const marked = await here.textContent();
  await page.reload();
  await hydrated(page);
  expect(page.url()).toBe(address);
  await expect(here).toHaveText(marked ?? "");
});

test("a log says when each of its lines was received, beside the text", async ({ page }) => {
  await open(page, "/runs");
  await page.locator("tbody a.row-name").first().click();
  await hydrated(page);
  await matrix(page).getByRole("link", { name: /^Reboot on / }).first().click();
  await expect(lines(page).first()).toBeVisible();
  const number = lines(page).first().locator(".log-number");
  const shown = () => number.evaluate((element) => getComputedStyle(element, "::before").content);
  const text = await lines(page).first().locator(".log-text").textContent();
  expect(await shown()).toBe("none");
  await page.getByLabel("Timestamps").check();
  const title = (await number.getAttribute("title")) ?? "";
  const [, day, clock] = title.match(/^Drydock received this line at (\S+) (\d\d:\d\d:\d\d) UTC$/) ?? [];
  expect(await shown()).toBe(`"${clock}"`);
  const ago = Date.now() - Date.parse(`${day}T${clock}Z`);
  expect(ago, title).toBeGreaterThanOrEqual(0);
  expect(ago, title).toBeLessThan(900_000);
  await expect(lines(page).first().locator(".log-text")).toHaveText(text ?? "");
  await expectAccessible(page);
  await fitsAPhone(page);
  const href = await page.getByRole("link", { name: "Download" }).getAttribute("href");
  expect(await (await page.request.get(href ?? "")).text(), "the file is as the server wrote it").not.toContain(title);
});

test("a run is paused, resumed and cancelled, and says what that means", async ({ page }) => {
  test.setTimeout(240_000);
  await runUpgrades(page, "api-staging");
  await page.getByText("Pause…").click();
  await page.getByRole("button", { name: /^Pause with \d+ servers? to go/ }).click();
  await expect(headline(page)).toContainText(/pausing|paused/);
  await expect(headline(page)).toContainText("paused", { timeout: 120_000 });
  await page.getByRole("button", { name: /^Resume: / }).click();
  await expect(headline(page)).toContainText(/running|queued/, { timeout: 20_000 });
  await page.getByText("Cancel…").click();
  await page.getByRole("button", { name: /^Cancel with / }).click();
  await expect(headline(page)).toContainText("cancelled", { timeout: 120_000 });
});

test("the list of runs is filtered by its address", async ({ page }) => {
  await open(page, "/runs");
  await expect(page.locator("tbody tr").first()).toBeVisible();
  await expectAccessible(page);
  await fitsAPhone(page);
  await page.getByLabel("State").selectOption("ended");
  await expect(page).toHaveURL(/state=ended/);
  await page.getByLabel("Outcome").selectOption("abandoned");
  await expect(page.getByText("No run matches.")).toBeVisible();
  await page.getByRole("link", { name: "Show all runs" }).click();
  await expect(page.locator("tbody tr").first()).toBeVisible();
});
