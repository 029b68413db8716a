// Persons, and how they get in.
import { type Page, expect } from "@playwright/test";
import { hydrated, open } from "./test";

export const PASSWORD = "correct horse battery";

/** Makes the admin by the link that the terminal shows, and ends where the pages send them. */
export async function makeAdmin(page: Page, link: string, name = "ada"): Promise<void> {
  await open(page, link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the admin account" }).click();
  await expect(page).toHaveURL("/welcome");
  await hydrated(page);
}

/** Fills the log-in page as it stands. */
export async function logIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Invites a person as the admin in `page`, and takes the invitation up in theirs. */
export async function join(page: Page, theirs: Page, name: string, role: string): Promise<void> {
  await open(page, "/settings/people");
  await page.getByText("Invite a person").click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("radio", { name: role }).check();
  await page.getByRole("button", { name: "Make the invitation" }).click();
  const link = await page.getByText(/\/join\//).first().innerText();
  await open(theirs, new URL(link).pathname);
  await theirs.getByLabel("Choose a password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Join" }).click();
  await expect(theirs.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  await hydrated(theirs);
}
