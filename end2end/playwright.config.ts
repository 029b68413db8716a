import { defineConfig } from "@playwright/test";

// As root (in containers) Chromium cannot make its own sandbox; elsewhere it keeps it.
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // All of them take about 8 min.
  globalTimeout: 25 * 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env.DRYDOCK_REQUIRE !== undefined,
  reporter: [["list"]],
  outputDir: process.env.DRYDOCK_END2END_OUT ?? "test-results",
  use: {
    browserName: "chromium",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.DRYDOCK_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        ...(asRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
