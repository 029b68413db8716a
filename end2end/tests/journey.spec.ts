// A newcomer's first quarter of an hour, on real machines: from the link in the terminal to the truth about a server.
import type { Page } from "@playwright/test";
import type { Lab } from "../harness/lab";
import { add, bringKey, paste, SCAN } from "../harness/newcomer";
import { makeAdmin } from "../harness/people";
import { withLab } from "../harness/real";
import { expect, hydrated, test } from "../harness/test";

const HOSTS = ["root1", "sudo1", "hop1"];

let lab: Lab | undefined;

test.describe.configure({ mode: "serial" });

withLab(HOSTS, (entered) => (lab = entered));

test("a newcomer adds real servers and sees the truth about them, also after a kernel upgrade", async ({ page, drydock }) => {
  test.skip(lab === undefined, "there is no lab");
  if (lab === undefined) return;
  test.setTimeout(300_000);

  await test.step("first run by the link in the terminal, then a key", async () => {
    await makeAdmin(page, await drydock.firstRunLink());
    await bringKey(page, await lab!.key());
  });

  await test.step("root1 by the form: its fingerprint is the machine's own", async () => {
    const { address } = lab!.host("root1");
    await page.getByRole("link", { name: "Servers" }).click();
    await page.getByRole("link", { name: "Add a server" }).first().click();
    await expect(page).toHaveURL("/servers/add");
    await hydrated(page);
    await page.getByLabel("Name", { exact: true }).fill("root1");
    await page.getByLabel("Address", { exact: true }).fill(address);
    await page.getByRole("radio", { name: /^Operate/ }).check();
    await page.getByRole("button", { name: "Add and ask for its host key" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "root1" })).toBeVisible();
    await marked(page);
    await confirmHostKeys(page, "root1");
  });

  await test.step("the scan comes in live, and agrees with apt", async () => {
    await expectScanned(page, "root1");
    await expect(reboot(page)).toContainText("no reboot needed");
  });

  await test.step("a kernel upgrade behind Drydock's back, and its evidence", async () => {
    await lab!.exec("root1", "DEBIAN_FRONTEND=noninteractive apt-get -y -q dist-upgrade >&2");
    const packages = (await lab!.exec("root1", "test -e /run/reboot-required && sort -u /run/reboot-required.pkgs")).split("\n");
    expect(packages.join(" ")).toContain("linux-image");
    await page.getByRole("button", { name: "Scan now" }).click();
    await expect(reboot(page)).toContainText("reboot needed", SCAN);
    await expect(reboot(page)).toContainText("reboot-required");
    for (const name of packages) await expect(reboot(page).getByText(name, { exact: true })).toBeVisible();
    await expectPending(page, "root1");
    const change = page.getByRole("region", { name: "Timeline" }).getByRole("listitem").filter({ hasText: "without Drydock" });
    await expect(change.filter({ hasText: "linux-image-lab-amd64" }).first()).toBeAttached();
    await expectMarked(page);
  });

  await test.step("sudo1, and hop1 behind root1, by pasting an SSH configuration", async () => {
    await paste(page, lab!);
    const row = (name: string) => page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: `Add ${name}`, exact: true }) });
    await expect(row("hop1").getByLabel(/^Jump host/)).toHaveValue("root1");
    await expect(row("sudo1").getByLabel(/^Account/)).toHaveValue("deploy");
    await add(page, ["sudo1", "hop1"]);
    for (const name of ["sudo1", "hop1"]) {
      await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Servers" }).click();
      await page.getByRole("link", { name, exact: true }).click();
      await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
      await marked(page);
      await confirmHostKeys(page, name);
      await expectScanned(page, name);
    }
    await expect(page.getByRole("main").getByText("through root1")).toBeVisible();
  });
});

/** Compares what the page shows with the machine's own keys, as a person should, and confirms. */
async function confirmHostKeys(page: Page, name: string): Promise<void> {
  const panel = page.locator("#host-keys");
  await expect(panel.getByRole("heading", { name: "Confirm the host key" })).toBeVisible(SCAN);
  const shown = await panel.getByText(/^SHA256:/).allInnerTexts();
  const real = await lab!.fingerprints(name);
  expect(shown.length).toBeGreaterThan(0);
  expect(real).toEqual(expect.arrayContaining(shown));
  await panel.getByRole("button", { name: /confirm/ }).click();
}

/** Waits for what a scan brings, and holds it against the machine's own apt. */
async function expectScanned(page: Page, name: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Pending updates" })).toBeVisible(SCAN);
  await expectPending(page, name);
  await expectMarked(page);
}

async function expectPending(page: Page, name: string): Promise<void> {
  const region = page.locator("#updates");
  const [all, security] = [await lab!.upgradable(name), await lab!.security(name)];
  const chip = (words: string) => region.getByRole("link", { name: new RegExp(`^${words} \\d`) });
  await expect(chip("All")).toHaveText(`All ${all.length}`, SCAN);
  await expect(chip("Security")).toHaveText(`Security ${security.length}`);
  const rows = region.locator("tbody").getByRole("row");
  await expect(rows).toHaveCount(all.length);
  const packages = async (rows: import("@playwright/test").Locator) =>
    (await rows.locator("td:first-child").allInnerTexts()).map((text) => text.trim().split(/\s/).pop()).sort();
  expect(await packages(rows)).toEqual(all);
  expect(await packages(rows.filter({ hasText: "security" }))).toEqual(security);
}

const reboot = (page: Page) => page.getByRole("region", { name: "Reboot" });

// What a reload would lose.
const marked = async (page: Page) => {
  await hydrated(page);
  await page.evaluate(() => document.documentElement.setAttribute("data-not-reloaded", ""));
};
const expectMarked = (page: Page) => expect(page.locator("html[data-not-reloaded]"), "the page was not reloaded").toBeAttached();
