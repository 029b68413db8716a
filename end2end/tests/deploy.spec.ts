// Deploy with options: the form, the plan that grows beside it, and the plan as a page, on the demo's fleet.
import type { Page } from "@playwright/test";
import { test } from "../harness/demo";
import { join } from "../harness/people";
import { expect, expectAccessible, hydrated, open } from "../harness/test";

const STACK = "web-production";

/** The address of the demo's stack. */
async function stack(page: Page): Promise<string> {
  await page.goto("/stacks");
  return (await page.getByRole("link", { name: STACK, exact: true }).getAttribute("href")) ?? "";
}

/** Opens the form of the demo's stack as a person does, from the stack's page. */
async function openForm(page: Page): Promise<void> {
  await open(page, await stack(page));
  await page.getByText("Deploy ▾").click();
  await page.getByRole("link", { name: "Deploy with options…" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Deploy with options" })).toBeVisible();
}

async function moreOptions(page: Page): Promise<void> {
  await page.getByRole("radio", { name: /^More options/ }).check({ force: true });
}

const plan = (page: Page) => page.getByRole("region", { name: "Plan", exact: true });
const runNow = (page: Page) => page.getByRole("button", { name: /^Run now: / });

/** The whole plan, from the servers' own answers: it can be run. */
async function finalPlan(page: Page): Promise<void> {
  await expect(runNow(page)).toBeEnabled({ timeout: 45_000 });
}

test("the form is accessible on both tabs and fits a phone", async ({ page }) => {
  await openForm(page);
  await expectAccessible(page);
  await moreOptions(page);
  await page.getByLabel("Apply all upgrades", { exact: true }).check();
  await expect(page.getByRole("radio", { name: /^full-upgrade/ })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(wide, "no horizontal scrolling on a phone").toBeLessThanOrEqual(screen);
});

test("what is wrong stands beside its field, and on the tab that is not looked at", async ({ page }) => {
  await openForm(page);
  await page.getByRole("radio", { name: "In waves of a share" }).check();
  const percent = page.getByLabel("Percent in a wave");
  await percent.fill("200");
  await expect(page.getByText("A wave is 1 to 100 percent of the servers.")).toBeVisible();
  await expect(percent).toHaveAttribute("aria-invalid", "true");
  await moreOptions(page);
  await expect(page.getByRole("radio", { name: "Deploy (something is wrong here)" })).toBeAttached();
  await page.getByLabel("For another program's lock").fill("10");
  await expect(page.getByText("Write a length of time with its unit, such as 90 s, 10 min or 1 h.")).toBeVisible();
  await page.getByRole("radio", { name: /^Deploy/ }).check({ force: true });
  await percent.fill("50");
  await expect(page.getByText("A wave is 1 to 100 percent of the servers.")).toHaveCount(0);
});

test("a command that only a shell understands is refused before it is sent", async ({ page }) => {
  await openForm(page);
  await page.getByText("Group web: drain, restore, health check").click();
  const web = page.locator("details", { hasText: "Group web: drain" }).last();
  await web.getByLabel("Drain command").fill("lb out | logger");
  await expect(web.getByText(/started without a shell/)).toBeVisible();
  await web.getByLabel("Drain command").fill("lb out");
  await expect(web.getByText(/a drain command without a restore command/)).toBeVisible();
  await web.getByLabel("Restore command").fill("lb in");
  await expect(web.locator(".field-error")).toHaveCount(0);
  await expect(web.getByLabel("Path")).toBeHidden();
  await web.getByLabel("Health check").selectOption("HTTP, asked by Drydock");
  await expect(web.getByLabel("Path")).toBeVisible();
});

test("the plan grows as boxes are ticked, and its button says what it does in numbers", async ({ page }) => {
  await openForm(page);
  await expect(plan(page)).toContainText("Tick what is to be done");
  await moreOptions(page);
  await page.getByLabel("Apply security upgrades").check();
  await expect(plan(page)).toContainText(/Works on/, { timeout: 20_000 });
  await finalPlan(page);
  await expect(runNow(page)).toContainText(/\d+ updates? to \d+ servers?/);
  await expect(plan(page).getByText("Server by server")).toBeVisible();
  await expectAccessible(page);

  // Something else is ticked: the old plan cannot be run any more.
  await page.getByLabel("Yes, reboot my servers if required").check();
  await expect(runNow(page)).toBeDisabled();
  await finalPlan(page);
  await expect(runNow(page)).toContainText(/reboot \d+/);

  await page.getByLabel("Apply security upgrades").uncheck();
  await page.getByLabel("Yes, reboot my servers if required").uncheck();
  await expect(plan(page)).toContainText("Tick what is to be done");
});

test("a plan has its own page, with every package, every step and its exact command", async ({ page }) => {
  await openForm(page);
  await moreOptions(page);
  await page.getByLabel("Apply security upgrades").check();
  await page.getByLabel("Yes, reboot my servers if required").check();
  await finalPlan(page);
  await page.getByRole("link", { name: "Open as a page" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Plan: / })).toBeVisible();
  await finalPlan(page);
  await expectAccessible(page);

  const worker = page.getByRole("article").filter({ has: page.getByRole("heading", { name: /worker-2/ }) });
  await worker.getByText(/^\d+ packages?$/).click();
  await expect(worker.getByRole("row").nth(1)).toContainText("→");
  await worker.getByText("Steps, in order").click();
  await worker.getByRole("link", { name: "Exact command" }).first().click();
  await expect(page).toHaveURL(/step=/);
  await expect(page.getByRole("region", { name: "work", exact: true })).toContainText(/\S/);

  await page.setViewportSize({ width: 390, height: 844 });
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(wide, "no horizontal scrolling on a phone").toBeLessThanOrEqual(screen);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a form that is not accepted comes back as it was, and one that is leads to the plan", async ({ page }) => {
    await page.goto(`${await stack(page)}/deploy`);
    await expect(page.getByText("Press Preview to see the plan.")).toBeVisible();
    await page.getByRole("radio", { name: "In waves of so many servers" }).check();
    await page.getByLabel("Servers in a wave").fill("0");
    await page.getByRole("button", { name: "Preview" }).click();
    await expect(page).toHaveURL(/\/deploy\?/);
    await expect(page.getByText("A wave has at least one server.")).toBeVisible();
    await expect(page.getByLabel("Servers in a wave")).toHaveValue("0");
    await page.getByLabel("Servers in a wave").fill("2");
    await page.getByText("More options").click();
    await page.getByLabel("Apply security upgrades").check();
    await page.getByRole("button", { name: "Preview" }).click();
    await expect(page).toHaveURL(/\/plans\//);
    await expect(page.getByRole("heading", { level: 1, name: /^Plan: / })).toBeVisible();
    await expect(async () => {
      await page.reload();
      const newer = page.getByRole("link", { name: "Go to the newer plan" });
      if (await newer.count()) await newer.click();
      await expect(runNow(page)).toBeEnabled({ timeout: 1_000 });
    }).toPass({ timeout: 45_000 });
  });
});

test("options are saved under a name, begin a form, and are removed again", async ({ page }) => {
  await openForm(page);
  await moreOptions(page);
  await page.getByLabel("Apply security upgrades").check();
  await page.getByLabel("For a reboot").fill("20 min");
  await page.getByText("Save these deployment options").click();
  await page.getByLabel("Name", { exact: true }).fill("nightly");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved as nightly.")).toBeVisible();

  await open(page, await stack(page));
  await page.getByText("Deploy ▾").click();
  await page.getByRole("link", { name: "nightly" }).click();
  await moreOptions(page);
  await expect(page.getByLabel("Apply security upgrades")).toBeChecked();
  await expect(page.getByLabel("For a reboot")).toHaveValue("20 min");
  await page.getByRole("button", { name: "Remove the profile nightly" }).click();
  await expect(page.getByRole("link", { name: "nightly" })).toHaveCount(0);
});

test.describe("the stack's settings", () => {
  // The browser writes down that a form was refused.
  test.use({ expectedMessages: [/422/] });

  test("a lead says what is done around the work, and plans follow it", async ({ page }) => {
    await open(page, `${await stack(page)}/care`);
    const web = page.locator("section", { has: page.getByRole("heading", { level: 2, name: "Group web" }) });
    await web.getByLabel("Drain command").fill("lb out");
    await web.getByRole("button", { name: "Save" }).click();
    await expect(web.getByText(/restore command/).first()).toBeVisible();
    await web.getByLabel("Restore command").fill("lb in");
    await web.getByLabel("Must stay in service").fill("1");
    await web.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved. The next plan follows it.")).toBeVisible();
    await open(page, `${await stack(page)}/care`);
    await expect(web.getByLabel("Drain command")).toHaveValue("lb out");
    await expect(web.getByLabel("Must stay in service")).toHaveValue("1");
    await expectAccessible(page);
  });
});

test("a viewer reads and is not offered to run anything", async ({ page, visitor }) => {
  const path = await stack(page);
  await open(page, "/");
  const theirs = await visitor();
  await join(page, theirs, "otto", "viewer");
  await open(theirs, path);
  await expect(theirs.getByText("Deploy ▾")).toHaveCount(0);
  await open(theirs, `${path}/deploy`);
  await expect(theirs.getByText("Your role may look at plans and not make them.")).toBeVisible();
  await expect(theirs.getByRole("button", { name: "Preview" })).toHaveCount(0);
  await hydrated(theirs);
});
