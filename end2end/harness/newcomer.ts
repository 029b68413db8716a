// What a person does to bring lab machines into Drydock.
import type { Page } from "@playwright/test";
import type { Lab } from "./lab";
import { expect, hydrated, open } from "./test";

/** How long a scan may take: it refreshes the package lists, and the lab may have other work to do. */
export const SCAN = { timeout: 90_000 };

/** Gives Drydock the key that every lab machine accepts. */
export async function bringKey(page: Page, key: string): Promise<void> {
  await open(page, "/settings/keys");
  await page.getByText("Bring a key").click();
  const form = page.getByRole("group").filter({ has: page.getByLabel("Private key") });
  await form.getByLabel("Name").fill("team");
  await form.getByLabel("Private key").fill(key);
  await form.getByRole("button", { name: "Add the key" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "team" })).toBeVisible();
}

/** Pastes the lab's SSH configuration into the form of the import and has it read. */
export async function paste(page: Page, lab: Lab): Promise<void> {
  await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Servers" }).click();
  await page.getByRole("link", { name: "Import" }).click();
  await expect(page).toHaveURL("/servers/import");
  await hydrated(page);
  await page.getByLabel("Paste here").fill(await lab.configuration());
  await page.getByRole("button", { name: "Read it" }).click();
}

/** Ticks these of the pasted servers alone, says that Drydock may operate them, and adds them. */
export async function add(page: Page, names: readonly string[]): Promise<void> {
  for (const box of await page.getByRole("checkbox", { name: /^Add / }).all()) {
    const name = (await box.getAttribute("aria-label"))?.replace("Add ", "") ?? "";
    await box.setChecked(names.includes(name));
  }
  const all = page.getByRole("group", { name: "For every row that leaves it open" });
  await all.getByLabel("It may").selectOption("operate");
  await page.getByRole("button", { name: "Add the ticked servers" }).click();
}
