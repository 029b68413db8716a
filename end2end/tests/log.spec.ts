// A log that grows many times a second, on simulated servers that print much.
import { Drydock } from "../harness/drydock";
import { makeAdmin } from "../harness/people";
import { expect, hydrated, open, test as base } from "../harness/test";

const test = base.extend({
  drydock: async ({}, use) => {
    const drydock = await Drydock.start({ args: ["--demo", "--demo-chatty", "10", "--demo-speed", "8"] });
    await use(drydock);
    try {
      await drydock.stop();
    } finally {
      await drydock.removeData();
    }
  },
});

test("the end of a busy log stays in sight until somebody goes up", async ({ page, drydock }) => {
  test.setTimeout(240_000);
  await makeAdmin(page, await drydock.firstRunLink());
  await open(page, "/stacks");
  const stack = await page.getByRole("link", { name: "load", exact: true }).getAttribute("href");
  await open(page, `${stack}/deploy?all=on&strategy=parallel&settle_secs=0+s`);
  // A change asks for the preview.
  await page.getByLabel("Failure budget").fill("50");
  const run = page.getByRole("button", { name: /^Run now: / });
  await expect(run).toBeEnabled({ timeout: 60_000 });
  await run.click();
  await expect(page).toHaveURL(/\/runs\//, { timeout: 20_000 });
  await hydrated(page);
  await page.getByRole("link", { name: /^Install on load-1: running/ }).click({ timeout: 60_000 });

  const last = page.locator("#log-lines .log-line").last();
  await expect(last).toBeVisible();
  const number = async () => Number((await last.getAttribute("id"))?.slice(1));
  const grows = async (by: number) => {
    const begun = await number();
    await expect.poll(number, { timeout: 60_000 }).toBeGreaterThan(begun + by);
  };
  // The list may reach below the window: what counts is how much of it is hidden below its own edge.
  const below = () =>
    page.locator("#log-lines").evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
  await grows(300);
  await expect(page.getByRole("button", { name: "Following" })).toBeVisible();
  await expect.poll(below).toBeLessThan(40);

  await page.locator("#log-lines").hover();
  await page.mouse.wheel(0, -2_000);
  const follow = page.getByRole("button", { name: "Follow", exact: true });
  await expect(follow).toBeVisible();

  await follow.click();
  await expect(page.getByRole("button", { name: "Following" })).toBeVisible();
  await grows(100);
  await expect.poll(below).toBeLessThan(40);
});
