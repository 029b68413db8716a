// One real Drydock process with a data folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_DEADLINE = 20_000;
const END_DEADLINE = 15_000;

export class Drydock {
  /** Everything it printed so far, both streams. */
  output = "";
  /** Where it listens, without a slash at the end. */
  url = "";
  readonly data: string;
  private readonly process: ChildProcess;

  private constructor(process: ChildProcess, data: string) {
    this.process = process;
    this.data = data;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        process.emit("printed");
      });
    }
  }

  /** Starts on a free port with an empty data folder, or with the one given. */
  static async start(options: { args?: string[]; data?: string; env?: Record<string, string> } = {}): Promise<Drydock> {
    const binary = process.env.DRYDOCK_BINARY;
    if (binary === undefined) throw new Error("DRYDOCK_BINARY names no server: run `cargo xtask test` or script/test");
    const data = options.data ?? (await mkdtemp(join(tmpdir(), "drydock-end2end-")));
    const args = ["serve", "--listen", "127.0.0.1:0", "--data", data, ...(options.args ?? [])];
    const drydock = new Drydock(spawn(binary, args, { env: { ...environment(), ...options.env } }), data);
    const [, url] = await drydock.printed(/listens on (http:\/\/[^\s"]+)/, START_DEADLINE);
    drydock.url = url;
    return drydock;
  }

  /** Waits until what it printed matches, and returns the match. */
  async printed(pattern: RegExp, deadline = 10_000): Promise<RegExpMatchArray> {
    const timeout = AbortSignal.timeout(deadline);
    for (;;) {
      const match = this.output.match(pattern);
      if (match) return match;
      if (this.ended()) throw new Error(`Drydock ended before it printed ${pattern}:\n${this.output}`);
      try {
        await Promise.race([
          once(this.process, "printed", { signal: timeout }),
          once(this.process, "exit", { signal: timeout }),
        ]);
      } catch {
        throw new Error(`Drydock did not print ${pattern} within ${deadline} ms:\n${this.output}`);
      }
    }
  }

  /** The link to the first run, out of the terminal; without the address. */
  async firstRunLink(): Promise<string> {
    return (await this.printed(/\/first-run\?token=\S+/))[0];
  }

  /** Ends it as a service manager does, and insists on an orderly end. The data folder stays. */
  async stop(): Promise<void> {
    if (!this.ended()) {
      const exited = once(this.process, "exit");
      this.process.kill("SIGTERM");
      const killer = setTimeout(() => this.process.kill("SIGKILL"), END_DEADLINE);
      await exited;
      clearTimeout(killer);
    }
    if (this.process.exitCode !== 0) {
      throw new Error(`Drydock ended with ${this.process.exitCode ?? this.process.signalCode}:\n${this.output}`);
    }
  }

  async removeData(): Promise<void> {
    await rm(this.data, { recursive: true, force: true });
  }

  private ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }
}

/** This process's environment without its own settings, which the server would take for its configuration. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DRYDOCK_")));
}
