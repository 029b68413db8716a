// What holds for any page, tried on the first one a visitor sees.
import { expect, expectAccessible, hydrated, open, test } from "../harness/test";

test("comes alive without a complaint and is accessible in both themes", async ({ page }) => {
  await open(page, "/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test("says the same without scripts", async ({ page, browser, baseURL }) => {
  await open(page, "/");
  const alive = await page.locator("main").innerText();
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const still = await context.newPage();
  await still.goto("/");
  expect(await still.locator("main").innerText()).toBe(alive);
  await context.close();
});

test("remembers the chosen theme", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page, "/");
  await page.getByRole("button", { name: "Switch between light and dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const chosen = await ground();
  await page.reload();
  await hydrated(page);
  expect(await ground()).toBe(chosen);
});

test("is served packed, to be kept for ever, and under a policy without exceptions", async ({ page }) => {
  const assets: { url: string; headers: Record<string, string> }[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/assets/")) assets.push({ url: response.url(), headers: await response.allHeaders() });
  });
  const document = await page.goto("/");
  await hydrated(page);
  const policy = (await document?.allHeaders())?.["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src 'strict-dynamic' 'nonce-[\w-]{20,}' 'wasm-unsafe-eval'; style-src 'self'/);
  const kinds = assets.map(({ url }) => url.split(".").pop());
  expect(kinds).toEqual(expect.arrayContaining(["css", "js", "wasm", "woff2"]));
  for (const { url, headers } of assets) {
    expect(headers["cache-control"], url).toContain("immutable");
    if (/\.(css|js|wasm)$/.test(url)) expect(headers["content-encoding"], url).toBe("br");
  }
});

test.describe("an address without a page", () => {
  test.use({ expectedMessages: [/404/] });

  test("says so and offers the way back", async ({ page }) => {
    const response = await page.goto("/no/such/page");
    expect(response?.status()).toBe(404);
    await hydrated(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no page at this address");
    await page.getByRole("link", { name: "Go to the dashboard" }).click();
    // There is nobody yet, so the way there leads on to the first run.
    await expect(page).toHaveURL(/\/first-run$/);
    await expect(page.getByRole("heading", { level: 1, name: "Set up Drydock" })).toBeVisible();
  });
});
