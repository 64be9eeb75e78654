/** A `docker` command for tests: {@link file://./docker.mjs}. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface DockerAnswer {
  readonly status?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Never ends by itself. */
  readonly hang?: boolean;
  /** Does its work as well. */
  readonly works?: boolean;
}

/** One engine's worth of state. */
export class DockerStandIn {
  readonly root: string;
  readonly command: string;

  private constructor(root: string) {
    this.root = root;
    this.command = path.join(root, 'docker');
  }

  static async create(): Promise<DockerStandIn> {
    const standIn = new DockerStandIn(await mkdtemp(path.join(tmpdir(), 'docker-test-')));
    const script = path.join(import.meta.dirname, 'docker.mjs');
    await writeFile(standIn.command, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, {
      mode: 0o755,
    });
    return standIn;
  }

  /** What finds it as `docker` on the PATH. */
  env(vncPort?: number): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${this.root}:${process.env.PATH}`,
      FAKE_DOCKER: this.root,
      ...(vncPort === undefined ? {} : { FAKE_DOCKER_PORT: String(vncPort) }),
    };
  }

  /** How it answers from now on, by the first word. */
  async answer(answers: Readonly<Record<string, DockerAnswer>>): Promise<void> {
    await writeFile(path.join(this.root, 'answers.json'), JSON.stringify(answers));
  }

  /** The calls so far. */
  async calls(): Promise<string[][]> {
    const text = await readFile(path.join(this.root, 'calls.jsonl'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** The names of the containers that there are. */
  async containers(): Promise<string[]> {
    return readdir(path.join(this.root, 'containers')).catch(() => []);
  }

  /** Has a container of another host. */
  async addContainer(name: string, owner: string): Promise<void> {
    await writeFile(path.join(this.root, 'containers', name), owner);
  }

  /** Ends a container as a crash would. */
  async killContainer(name: string): Promise<void> {
    await rm(path.join(this.root, 'containers', name));
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
