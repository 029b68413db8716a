// The simulated fleet, one per worker, and its admin's session in every page.
import type { Page } from "@playwright/test";
import { Drydock } from "./drydock";
import { expect, open, test as base } from "./test";
import { makeAdmin } from "./people";

type Session = Awaited<ReturnType<import("@playwright/test").BrowserContext["storageState"]>>;

export const test = base.extend<{ signedIn: boolean }, { demo: { drydock: Drydock; admin: Session } }>({
  demo: [
    async ({ browser }, use) => {
      const drydock = await Drydock.start({ args: ["--demo"] });
      try {
        const context = await browser.newContext({ baseURL: drydock.url });
        const page = await context.newPage();
        await makeAdmin(page, await drydock.firstRunLink());
        await makeKey(page);
        await settled(page);
        const admin = await context.storageState();
        await context.close();
        await use({ drydock, admin });
      } finally {
        await drydock.stop();
        await drydock.removeData();
      }
    },
    { scope: "worker", timeout: 90_000 },
  ],
  drydock: async ({ demo }, use, info) => {
    await use(demo.drydock);
    if (info.status !== info.expectedStatus) await info.attach("drydock", { body: demo.drydock.output });
  },
  /** Whether the test's own page is the admin's. */
  signedIn: [true, { option: true }],
  storageState: async ({ demo, signedIn }, use) => use(signedIn ? demo.admin : undefined),
});

/** The forms that add servers are offered once there is a key. */
async function makeKey(page: Page): Promise<void> {
  await open(page, "/settings/keys");
  await page.getByText("Make a key", { exact: true }).click();
  await page.getByLabel("Name", { exact: true }).first().fill("drydock");
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "drydock" })).toBeVisible();
}

/** Waits until the fleet was looked at once and nothing is being checked. */
async function settled(page: Page): Promise<void> {
  await open(page, "/");
  const tile = (caption: string) => page.getByRole("link", { name: new RegExp(`^\\d+\\s*${caption}`) });
  await expect(tile("Being checked now")).toHaveText(/^0/, { timeout: 120_000 });
  await expect(page.getByText(/^24 servers, [1-9]/)).toBeVisible();
}
