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
