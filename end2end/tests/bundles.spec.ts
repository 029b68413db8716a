// Pages of several bundles: a page loads the code of one, and people do not notice where the other begins.
import type { Page } from "@playwright/test";
import { test } from "../harness/demo";
import { expect, hydrated, open } from "../harness/test";

/** Waits until the page at this address is interactive, and holds it against the bundle it should be made of. */
async function arrived(page: Page, path: string | RegExp, heading: string, bundle: "fleet" | "settings"): Promise<void> {
  await expect(page).toHaveURL(path);
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
  const code = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => /\/assets\/(\w+)\.\w+\.(?:js|wasm)$/.exec(name)?.[1]),
  );
  expect([...new Set(code.filter((name) => name !== undefined))], `the code of ${page.url()}`).toEqual([bundle]);
}

// What a new document would not have.
const mark = (page: Page) => page.evaluate(() => document.documentElement.setAttribute("data-not-reloaded", ""));
const marked = (page: Page) => page.locator("html[data-not-reloaded]");
const rail = (page: Page, name: string) => page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name });

test("from the dashboard to the settings and back, by links and by the browser's buttons", async ({ page }) => {
  await open(page, "/");
  await arrived(page, "/", "Dashboard", "fleet");
  await mark(page);

  await rail(page, "Servers").click();
  await arrived(page, "/servers", "Servers", "fleet");
  await expect(marked(page), "within a bundle the document stays").toBeAttached();
  await expect(page.getByRole("main"), "the new page takes the focus").toBeFocused();

  await rail(page, "Settings").focus();
  await page.keyboard.press("Enter");
  await arrived(page, "/settings", "Settings", "settings");
  await expect(marked(page), "another bundle is another document").toHaveCount(0);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" }), "which is read from its begin").toBeFocused();
  await mark(page);

  await page.getByRole("navigation", { name: "Parts of the settings" }).getByRole("link", { name: "Keys" }).click();
  await arrived(page, "/settings/keys", "Keys", "settings");
  await expect(marked(page)).toBeAttached();

  await page.goBack();
  await arrived(page, "/settings", "Settings", "settings");
  await expect(marked(page)).toBeAttached();
  await page.goBack();
  await arrived(page, "/servers", "Servers", "fleet");
  await page.goBack();
  await arrived(page, "/", "Dashboard", "fleet");
  for (const [path, heading, bundle] of [["/servers", "Servers", "fleet"], ["/settings", "Settings", "settings"], ["/settings/keys", "Keys", "settings"]] as const) {
    await page.goForward();
    await arrived(page, path, heading, bundle);
  }

  await rail(page, "Dashboard").click();
  await arrived(page, "/", "Dashboard", "fleet");
});

test("forms lead from bundle to bundle, too", async ({ page }) => {
  await open(page, "/settings");
  await page.getByRole("searchbox", { name: "Search servers" }).fill("web");
  await page.keyboard.press("Enter");
  await arrived(page, "/servers?q=web", "Servers", "fleet");

  const server = page.locator("tbody a[href^='/servers/']").first();
  const name = await server.innerText();
  await server.click();
  await arrived(page, /\/servers\/[0-9a-f-]+$/, name, "fleet");
  await page.getByRole("main").getByRole("link", { name: "Change", exact: true }).click();
  await arrived(page, /\/edit$/, "Change a server", "settings");
  await page.getByRole("button", { name: "Save" }).click();
  await arrived(page, /\/servers\/[0-9a-f-]+$/, name, "fleet");
});

test("a step back to a page that has moved to another bundle loads it", async ({ page }) => {
  await open(page, "/");
  // What an update of Drydock may leave behind: one document with addresses of both.
  await page.evaluate(() => ["/settings", "/servers"].forEach((path) => history.pushState(null, "", path)));
  await page.goBack();
  await arrived(page, "/settings", "Settings", "settings");
  await page.goBack();
  await arrived(page, "/", "Dashboard", "fleet");
});

test.describe("an address without a page", () => {
  test.use({ expectedMessages: [/404/] });

  for (const path of ["/", "/settings"]) {
    test(`says so to those who come from ${path}`, async ({ page }) => {
      await open(page, path);
      await page.evaluate(() => {
        const link = document.createElement("a");
        link.href = "/settings/none";
        link.textContent = "Nowhere";
        document.querySelector("main")?.prepend(link);
      });
      await page.getByRole("link", { name: "Nowhere" }).click();
      await arrived(page, "/settings/none", "There is no page at this address", "fleet");
      await page.getByRole("link", { name: "Go to the dashboard" }).click();
      await arrived(page, "/", "Dashboard", "fleet");
    });
  }
});
