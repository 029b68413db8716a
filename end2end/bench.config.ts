import { defineConfig } from "@playwright/test";
import config from "./playwright.config";

// What `drydock-bench` starts: measurements in a real browser, one at a time. A trace would be measured, too.
export default defineConfig(config, {
  testDir: "bench",
  testMatch: "live.ts",
  workers: 1,
  timeout: 900_000,
  use: { ...config.use, trace: "off", baseURL: process.env.DRYDOCK_BENCH_URL },
});
