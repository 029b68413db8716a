// What holds for every page, on the demo's fleet.
import type { Page } from "@playwright/test";
import { test } from "../harness/demo";
import { join, logIn } from "../harness/people";
import { expect, expectAccessible, hydrated, open } from "../harness/test";

const OUTSIDE = ["/login", "/first-run"];
const INSIDE = [
  "/",
  "/welcome",
  "/stacks",
  "/stacks/:first",
  "/stacks/:first/deploy",
  "/stacks/:first/care",
  "/servers",
  "/servers?tile=security&sort=name",
  "/servers/add",
  "/servers/import",
  "/servers/:first",
  "/servers/:first/edit",
  "/runs",
  "/runs?state=ended&open=1",
  "/reboots",
  "/activity",
  "/settings",
  "/settings/keys",
  "/settings/people",
];

/** The address of a route; `:first` is the first thing in its list. */
async function address(page: Page, route: string): Promise<string> {
  const [list, rest] = route.split("/:first");
  if (rest === undefined) return route;
  await page.goto(list);
  const first = page.locator(`tbody a[href^="${list}/"]`).first();
  return `${await first.getAttribute("href")}${rest}`;
}

/** The words of the page, or of the document that it began as; without those that tell the time. */
async function words(page: Page, document?: string): Promise<string> {
  return page.evaluate((text) => {
    const whole = text === undefined ? window.document : new DOMParser().parseFromString(text, "text/html");
    const main = whole.querySelector("main")?.cloneNode(true) as HTMLElement;
    for (const other of main.querySelectorAll("time, noscript, .needs-scripts")) other.remove();
    return (main.textContent ?? "").replace(/\s+/g, " ").trim();
  }, document);
}

for (const route of [...OUTSIDE, ...INSIDE]) {
  test.describe(route, () => {
    test.use({ signedIn: INSIDE.includes(route) });

    test("says the same with and without scripts, is accessible in both themes, and fits a phone", async ({ page, visitor, storageState }) => {
      const still = await visitor({ javaScriptEnabled: false, storageState });
      const path = await address(still, route);
      const response = await still.goto(path);
      expect(response?.status()).toBe(200);
      await expect(still.getByRole("heading", { level: 1 })).toHaveCount(1);
      expect((await words(still)).length).toBeGreaterThan(20);

      // News may come in between the document and the comparison; then the next try is the same.
      await expect(async () => {
        const document = await (await page.goto(path))?.text();
        await hydrated(page);
        expect(await words(page)).toBe(await words(page, document));
      }).toPass({ timeout: 30_000 });
      await expectAccessible(page);

      await page.setViewportSize({ width: 390, height: 844 });
      const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(wide, "no horizontal scrolling on a phone").toBeLessThanOrEqual(screen);
    });
  });
}

test("the keyboard reaches search and page", async ({ page }) => {
  await open(page, "/");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  const search = page.getByRole("searchbox", { name: "Search servers" });
  await page.keyboard.press("/");
  await expect(search).toBeFocused();
  await page.keyboard.type("web/1");
  await expect(search, "a slash in a field is a slash").toHaveValue("web/1");
  await search.fill("web");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/servers\?q=web/);
  const names = page.getByRole("table").locator("tbody").getByRole("row");
  await expect(names.first()).toContainText("web");
});

test("filters live in the address: they survive a reload and going back", async ({ page }) => {
  await open(page, "/");
  await page.getByRole("navigation", { name: "Servers by state" }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/servers\?tile=/);
  const tile = page.getByLabel("Tile");
  const chosen = await tile.inputValue();
  expect(chosen).not.toBe("");

  const all = page.getByRole("link", { name: "All servers" });
  await all.click();
  await expect(page).toHaveURL("/servers");
  await expect(tile).toHaveValue("");
  const rows = page.locator("tbody").getByRole("row");
  const total = await rows.count();

  await page.getByLabel("Name or address").fill("db");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/q=db/);
  await expect.poll(() => rows.count()).toBeLessThan(total);
  const narrowed = await rows.count();
  expect(narrowed).toBeGreaterThan(0);

  await page.reload();
  await hydrated(page);
  await expect(page.getByLabel("Name or address")).toHaveValue("db");
  await expect(rows).toHaveCount(narrowed);

  await page.goBack();
  await expect(page).toHaveURL("/servers");
  await expect(page.getByLabel("Name or address")).toHaveValue("");
  await expect(rows).toHaveCount(total);
  await page.goBack();
  await expect(page).toHaveURL(/\/servers\?tile=/);
  await expect(tile).toHaveValue(chosen);
});

test.describe("somebody who is not logged in", () => {
  // The browser writes down that an answer was "not logged in".
  test.use({ signedIn: false, expectedMessages: [/401/] });

  test("is asked who they are, told what is wrong, and led to where they wanted; then leaves again", async ({ page }) => {
    await page.goto("/activity");
    await expect(page).toHaveURL(/\/login/);
    await hydrated(page);
    await logIn(page, "ada", "not the right password");
    await expect(page.getByText("That name and password do not go together. Try again.")).toBeVisible();
    await logIn(page, "ada");
    await expect(page.getByRole("heading", { level: 1, name: "Activity" })).toBeVisible();
    await hydrated(page);

    await page.getByLabel("Account").click();
    await page.getByRole("button", { name: "Log out" }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto("/servers");
    await expect(page).toHaveURL(/\/login/);
  });

  test("is told the same without scripts", async ({ visitor }) => {
    const page = await visitor({ javaScriptEnabled: false });
    await page.goto("/login");
    await logIn(page, "ada", "not the right password");
    await expect(page.getByText("That name and password do not go together. Try again.")).toBeVisible();
    await logIn(page, "ada");
    await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  });
});

test("a viewer is offered nothing that changes a server or Drydock", async ({ page, visitor }) => {
  const server = await address(page, "/servers/:first");
  const theirs = await visitor();
  await join(page, theirs, "vera", "viewer");
  const offered = /scan|remove|change|add|import|invite|make|bring|confirm|switch/i;
  for (const path of ["/", "/servers", server, "/stacks", "/settings/keys", "/settings/people"]) {
    await open(theirs, path);
    const main = theirs.getByRole("main");
    await expect(main.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(main.getByRole("button", { name: offered }), path).toHaveCount(0);
    await expect(main.locator("form[method=post], details.disclosure"), path).toHaveCount(0);
    await expect(main.getByRole("link", { name: /^(Add|Import|Change)/ }), path).toHaveCount(0);
  }
  // The server decides, not the page.
  const refused = await theirs.request.post("/do/generate_key", { form: { name: "mine" }, headers: { origin: new URL(theirs.url()).origin } });
  expect(refused.url()).not.toContain("/servers/");
  await open(page, "/settings/keys");
  await expect(page.getByRole("heading", { level: 2, name: "mine" })).toHaveCount(0);
});

test("a second tab follows what happens in the first", async ({ page, context }) => {
  await page.goto("/servers?status=healthy");
  const path = await page.locator('tbody a[href^="/servers/"]').first().getAttribute("href");
  const second = await context.newPage();
  await open(second, path ?? "/servers");
  await expect(second.getByText("live", { exact: true })).toBeVisible();
  await second.evaluate(() => document.documentElement.setAttribute("data-not-reloaded", ""));
  const seen = () => second.getByText(/^Last seen/).locator("time").getAttribute("title");
  const before = await seen();
  await open(page, path ?? "/servers");
  await page.getByRole("button", { name: "Scan now" }).click();
  await expect.poll(seen, { timeout: 30_000 }).not.toBe(before);
  await expect(second.locator("html[data-not-reloaded]")).toBeAttached();
});
