// What every file of tests on lab machines begins and ends with.
import { Lab } from "./lab";
import { test } from "./test";

/** Has the named hosts to itself, pristine, while the file's tests run; hands nothing over where there is no lab. */
export function withLab(hosts: readonly string[], hand: (lab: Lab) => void): void {
  let lab: Lab | undefined;

  test.beforeAll(async () => {
    // Whoever uses the lab at the moment may finish first.
    test.setTimeout(900_000);
    const missing = await Lab.missing();
    if (missing !== undefined) {
      if (process.env.DRYDOCK_REQUIRE !== undefined) throw new Error(`needed, and not there: ${missing}`);
      console.error(`SKIPPED: browser tests on lab machines: ${missing}`);
      return;
    }
    lab = await Lab.enter(...hosts);
    hand(lab);
  });

  test.afterAll(async () => {
    test.setTimeout(120_000);
    await lab?.leave(...hosts);
  });
}
