// The lab's machines, for a test that has them to itself.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const TOOL = join(import.meta.dirname, "../../lab/lab");
const STATE = process.env.DRYDOCK_LAB ?? "/var/tmp/drydock-lab";

type Host = { name: string; address: string; user: string; jump: string | null; host_keys: string[] };
type Described = { ssh_config: string; client_keys: Record<string, { private: string }>; hosts: Host[] };

export class Lab {
  private constructor(
    private readonly keeper: ChildProcess,
    private readonly described: Described,
  ) {}

  /** Why there is no lab here, or nothing. */
  static async missing(): Promise<string | undefined> {
    try {
      await run(TOOL, ["check"]);
      await readFile(join(STATE, "hosts.json"));
      return undefined;
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      return stderr?.trim() ?? "the lab is not up: script/lab up";
    }
  }

  /** Waits until nobody else uses the lab, and makes the named hosts pristine. */
  static async enter(...names: string[]): Promise<Lab> {
    // The keeper ends with this process, however that ends.
    const keeper = spawn(TOOL, ["hold", "sh", "-c", "echo held; cat >/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
    await once(keeper.stdout, "data");
    await run(TOOL, ["up", ...names]);
    for (const name of names) await run(TOOL, ["restore", name]);
    return new Lab(keeper, JSON.parse(await readFile(join(STATE, "hosts.json"), "utf8")));
  }

  /** Makes the hosts pristine again and lets others have the lab. */
  async leave(...names: string[]): Promise<void> {
    try {
      for (const name of names) await run(TOOL, ["restore", name]);
    } finally {
      this.keeper.kill();
    }
  }

  host(name: string): Host {
    const host = this.described.hosts.find((host) => host.name === name);
    if (host === undefined) throw new Error(`the lab describes no host ${name}`);
    return host;
  }

  /** A private key that every host accepts. */
  async key(): Promise<string> {
    return readFile(this.described.client_keys.ed25519.private, "utf8");
  }

  /** The `ssh_config` that leads to every host. */
  async configuration(): Promise<string> {
    return readFile(this.described.ssh_config, "utf8");
  }

  /** The host keys of every host, as a `known_hosts` file has them. */
  async knownHosts(): Promise<string> {
    return readFile(join(STATE, "known_hosts"), "utf8");
  }

  /** How often the host has started, by what its console printed. */
  async boots(name: string): Promise<number> {
    const console = await readFile(join(STATE, "hosts", name, "console.log"), "utf8");
    return console.split("Welcome to ").length - 1;
  }

  /** The fingerprints of the host's own keys, as `ssh-keygen -l` writes them. */
  async fingerprints(name: string): Promise<string[]> {
    const keygen = run("ssh-keygen", ["-lf", "-"]);
    keygen.child.stdin?.end(`${this.host(name).host_keys.join("\n")}\n`);
    const { stdout } = await keygen;
    return stdout.match(/SHA256:\S+/g) ?? [];
  }

  /** What a script says that root runs on the host, without any help of Drydock's. */
  async exec(name: string, script: string): Promise<string> {
    const { stdout } = await run(TOOL, ["exec", name, "sh", "-c", script], { maxBuffer: 16 << 20 });
    return stdout.trim();
  }

  /** The packages that `apt list --upgradable` lists. */
  async upgradable(name: string): Promise<string[]> {
    const listed = await this.exec(name, "LC_ALL=C.UTF-8 apt list --upgradable 2>/dev/null");
    return listed.split("\n").filter((line) => line.includes("upgradable from")).map((line) => line.split("/")[0]).sort();
  }

  /** Those of them that a newer version from the security suite is known for. */
  async security(name: string): Promise<string[]> {
    const listed = await this.exec(
      name,
      `for package in $(LC_ALL=C.UTF-8 apt list --upgradable 2>/dev/null | sed -n 's|/.*||p'); do
         installed=$(dpkg-query -W -f '\${Version}' "$package")
         apt-cache madison "$package" | grep -- '-security/' | cut -d'|' -f2 | tr -d ' ' | while read -r version; do
           dpkg --compare-versions "$version" gt "$installed" && echo "$package"
         done
       done`,
    );
    return [...new Set(listed.split("\n").filter(Boolean))].sort();
  }
}
