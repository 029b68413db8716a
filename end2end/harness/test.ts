// What every browser test stands on: a fresh server, and pages that may not complain.
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type BrowserContextOptions, type Page, test as base, expect } from "@playwright/test";
import { Drydock } from "./drydock";

export { expect };

// Chromium says this when a page took longer than three seconds to start: a busy machine, not a mistake.
const SLOW_MACHINE = /was preloaded using link preload but not used within a few seconds/;

type Fixtures = {
  drydock: Drydock;
  /** Messages of the browser's console that a test expects; any other fails it. */
  expectedMessages: RegExp[];
  /** Keeps an eye on a context's console until the test ends. */
  watch: (context: BrowserContext) => void;
  quietConsole: void;
  /** A page of another person or device, with a session of its own. */
  visitor: (options?: BrowserContextOptions) => Promise<Page>;
};

export const test = base.extend<Fixtures>({
  drydock: async ({}, use, info) => {
    const drydock = await Drydock.start();
    await use(drydock);
    try {
      await drydock.stop();
    } finally {
      if (info.status !== info.expectedStatus) await info.attach("drydock", { body: drydock.output });
      await drydock.removeData();
    }
  },
  baseURL: async ({ drydock }, use) => use(drydock.url),
  expectedMessages: [[], { option: true }],
  watch: async ({ expectedMessages }, use) => {
    const messages: string[] = [];
    await use((context) => {
      context.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
      context.on("weberror", (error) => messages.push(`error: ${error.error().message}`));
    });
    const allowed = [SLOW_MACHINE, ...expectedMessages];
    const unexpected = messages.filter((message) => !allowed.some((pattern) => pattern.test(message)));
    expect(unexpected, "messages in the browser's console").toEqual([]);
  },
  quietConsole: [
    async ({ context, watch }, use) => {
      watch(context);
      await use();
    },
    { auto: true },
  ],
  visitor: async ({ browser, baseURL, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, storageState: undefined, ...options });
      contexts.push(context);
      watch(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Goes to a page and waits until it is interactive. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** Waits until the scripts have taken the page over. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

/** Checks the page as it stands in light and in dark: no serious violation of the accessibility rules. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    expect.soft(found, `accessibility of ${page.url()} in ${colorScheme}`).toEqual([]);
  }
}
