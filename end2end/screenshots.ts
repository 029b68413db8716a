// Takes the README's pictures of the demo: DRYDOCK_BINARY=… npm run screenshots
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "./harness/demo";
import { expect, open } from "./harness/test";

const FOLDER = join(import.meta.dirname, "../docs/screenshots");
const LIMIT = 200_000;
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

const PICTURES = [
  { name: "dashboard-light", path: "/", viewport: DESK, colorScheme: "light" },
  { name: "dashboard-dark", path: "/", viewport: DESK, colorScheme: "dark" },
  { name: "server-light", path: "/servers?tile=reboot", first: true, viewport: DESK, colorScheme: "light" },
  { name: "servers-phone", path: "/servers", viewport: PHONE, colorScheme: "light" },
] as const;

for (const { name, path, viewport, colorScheme, ...more } of PICTURES) {
  test.describe(name, () => {
    test.use({ viewport, colorScheme });

    test("picture", async ({ page }) => {
      await open(page, path);
      if ("first" in more) {
        const server = await page.locator('tbody a[href^="/servers/"]').first().getAttribute("href");
        await open(page, server ?? path);
      }
      await expect(page.getByText("live", { exact: true })).toBeVisible();
      await mkdir(FOLDER, { recursive: true });
      const file = join(FOLDER, `${name}.png`);
      await page.screenshot({ path: file });
      expect((await stat(file)).size, "a README's picture is small").toBeLessThan(LIMIT);
    });
  });
}

test.describe("a deployment", () => {
  test.use({ viewport: { width: 1280, height: 1000 }, colorScheme: "light" });

  test("picture", async ({ page }) => {
    test.setTimeout(180_000);
    await open(page, "/stacks");
    await page.getByRole("link", { name: "web-production", exact: true }).click();
    await page.getByText("Deploy ▾").click();
    await page.getByRole("link", { name: "Deploy with options…" }).click();
    await page.getByRole("radio", { name: /^More options/ }).check({ force: true });
    await page.getByLabel("Apply security upgrades").check();
    await page.getByLabel("Yes, reboot my servers if required").check();
    const run = page.getByRole("button", { name: /^Run now: / });
    await expect(run).toBeEnabled({ timeout: 60_000 });
    await page.screenshot({ path: join(FOLDER, "plan-light.png") });
    await run.click();
    await expect(page).toHaveURL(/\/runs\//);
    const install = page.getByRole("region", { name: "Servers and steps" }).getByRole("link", { name: /^Install on / }).first();
    await expect(install).toContainText(/running|started|done|changed/i, { timeout: 60_000 });
    await install.click();
    await expect(page.locator("#log-lines .log-line").nth(12)).toBeVisible({ timeout: 60_000 });
    await page.screenshot({ path: join(FOLDER, "run-light.png") });
  });
});
