// The main job, on real machines: from a stack's page to proof, by the clicks of one sentence.
import type { Page } from "@playwright/test";
import type { Lab } from "../harness/lab";
import { add, bringKey, paste, SCAN } from "../harness/newcomer";
import { makeAdmin } from "../harness/people";
import { withLab } from "../harness/real";
import { expect, hydrated, open, test } from "../harness/test";

// By root, by sudo, and by sudo with another language and another login shell.
const HOSTS = ["root1", "sudo1", "de1"];

let lab: Lab | undefined;

test.describe.configure({ mode: "serial" });

withLab(HOSTS, (entered) => (lab = entered));

test("security upgrades and the reboots they need, from the stack's page to proof", async ({ page, drydock }) => {
  test.skip(lab === undefined, "there is no lab");
  if (lab === undefined) return;
  test.setTimeout(720_000);
  const before = new Map<string, Machine>();

  await test.step("three machines in a stack, scanned", async () => {
    await makeAdmin(page, await drydock.firstRunLink());
    await bringKey(page, await lab!.key());
    await paste(page, lab!);
    const all = page.getByRole("group", { name: "For every row that leaves it open" });
    await all.getByLabel("Stack").fill("shop");
    await all.getByText("known_hosts lines").click();
    await all.getByLabel("Lines of a known_hosts file").fill(await lab!.knownHosts());
    await add(page, HOSTS);
    for (const name of HOSTS) {
      before.set(name, await machine(name));
      expect(before.get(name)?.security, `${name} has pending security updates`).not.toHaveLength(0);
      await open(page, "/servers");
      await page.getByRole("link", { name, exact: true }).click();
      await expect(page.getByRole("heading", { name: "Pending updates" })).toBeVisible(SCAN);
    }
  });

  await test.step("Deploy with options, More options, two boxes: the plan appears", async () => {
    await open(page, "/stacks");
    await page.getByRole("link", { name: "shop", exact: true }).click();
    await page.getByText("Deploy ▾").click();
    await page.getByRole("link", { name: "Deploy with options…" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Deploy with options" })).toBeVisible();
    await hydrated(page);
    await page.getByRole("radio", { name: /^More options/ }).check({ force: true });
    // Three lab machines are quiet at once; a minute each is for real ones.
    await page.getByLabel("Settle time").fill("2 s");
    await page.getByLabel("Apply security upgrades").check();
    await page.getByLabel("Yes, reboot my servers if required").check();
    await expect(runNow(page)).toBeEnabled({ timeout: 120_000 });
    const plan = page.getByRole("region", { name: "Plan", exact: true });
    await expect(plan).toContainText("linux-image-lab");
    for (const name of HOSTS) await expect(plan).toContainText(name);
    await expect(runNow(page)).toContainText("3 servers, reboot 3 if required");
  });

  await test.step("Run now: it goes live, and a reload in the middle loses nothing", async () => {
    await runNow(page).click();
    await expect(page).toHaveURL(/\/runs\//, { timeout: 30_000 });
    await hydrated(page);
    const install = page.getByRole("link", { name: /^Install on root1/ });
    await install.click();
    await expect(page.locator("#log-lines .log-line").first()).toBeVisible(SCAN);
    await page.reload();
    await hydrated(page);
    await expect(page.locator("#log-lines").getByText(/^Setting up liblab/).first()).toBeVisible(SCAN);
    await expect(page.locator(".run-headline")).toContainText("succeeded", { timeout: 480_000 });
  });

  await test.step("proof, and the machines themselves say the same", async () => {
    await page.getByRole("link", { name: "Proof" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Proof" })).toBeVisible();
    await expect(page.getByRole("list", { name: "In numbers" })).toContainText("as planned 3");
    for (const name of HOSTS) {
      const proof = page.locator("details.proof").filter({ has: page.getByText(name, { exact: true }) });
      if ((await proof.getAttribute("open")) === null) await proof.locator("summary").click();
      await expect(row(proof, "Pending security updates")).toContainText(/0/);
      await expect(row(proof, "Boot")).toContainText("changed");
      await expect(proof).toContainText("Back healthy");

      const [was, is] = [before.get(name)!, await machine(name)];
      expect(is.security, `${name}: nothing is pending`).toEqual([]);
      expect(is.boot).not.toBe(was.boot);
      expect(is.boots - was.boots, `${name} was rebooted once`).toBe(1);
      expect(is.wanted, `${name} asks for no reboot`).toBe(false);
      expect(is.periodic).toContain('APT::Periodic::Unattended-Upgrade "1";');
      expect(is.timers, `${name} has apt's daily timer`).toContain("apt-daily-upgrade.timer");
      expect(is.failed, `${name} has no failed unit`).toBe("");
    }
  });
});

type Machine = Awaited<ReturnType<typeof machine>>;

/** What the machine itself says. */
async function machine(name: string) {
  return {
    security: await lab!.security(name),
    boot: await lab!.exec(name, "cat /proc/sys/kernel/random/boot_id"),
    boots: await lab!.boots(name),
    wanted: (await lab!.exec(name, "test -e /run/reboot-required && echo yes || true")) === "yes",
    periodic: await lab!.exec(name, "apt-config dump APT::Periodic::Unattended-Upgrade"),
    timers: await lab!.exec(name, "systemctl list-timers --no-pager --plain --no-legend"),
    failed: await lab!.exec(name, "systemctl --failed --no-pager --plain --no-legend"),
  };
}

const runNow = (page: Page) => page.getByRole("button", { name: /^Run now: / });
const row = (within: import("@playwright/test").Locator, what: string) =>
  within.getByRole("row").filter({ has: within.page().getByRole("rowheader", { name: what, exact: true }) });
