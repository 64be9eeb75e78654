import { type HeldPaths, holdProtected, type ProtectedPaths } from './protectedPaths.ts';
import { areReplaced, type ShownFiles, shownFiles } from './shownFiles.ts';
import type { VisibleFolders } from './workspace.ts';

/** What a shell in the sandbox is shown, as it is when that begins. */
export interface Look {
  readonly kept: readonly ProtectedPaths[];
  readonly shown: ShownFiles;
}

/** What commands must not write in a workspace, looked for anew for each shell: repositories and settings come and go. */
export class KeptWorkspace {
  readonly #visible: VisibleFolders;
  readonly #isWritable: boolean;
  #held: readonly HeldPaths[] = [];
  /** What of the latest look is kept from being changed. */
  #latest: ShownFiles = new Map();

  constructor(visible: VisibleFolders, isWritable: boolean) {
    this.#visible = visible;
    this.#isWritable = isWritable;
  }

  /** @throws an error with a plain message where something cannot be kept, or would show something else */
  async look(): Promise<Look> {
    const { workspace, readable } = this.#visible;
    const held: HeldPaths[] = [];
    try {
      if (this.#isWritable) for (const folder of workspace) held.push(await holdProtected(folder, workspace));
      const inWorkspace = held.flatMap(({ pinned, readOnly }) => [...pinned, ...readOnly]);
      const shown = await shownFiles([...workspace, ...readable, ...inWorkspace]);
      // Those of before last, so that no name is free meanwhile.
      await releaseAll(this.#held);
      this.#held = held;
      this.#latest = new Map([...shown].filter(([file]) => inWorkspace.includes(file)));
      return { kept: held, shown };
    } catch (error) {
      await releaseAll(held);
      throw error;
    }
  }

  /** Whether something is in the workspace by now that the latest look has not kept. */
  async isOutdated(): Promise<boolean> {
    return this.#isWritable && areReplaced(this.#latest);
  }

  /** Whether the latest look has a mount for this very file, which goes when the file is replaced. */
  isMounted(file: string): boolean {
    return this.#isWritable && this.#latest.has(file);
  }

  /** Never rejects. */
  async release(): Promise<void> {
    await releaseAll(this.#held);
    this.#held = [];
  }
}

async function releaseAll(held: readonly HeldPaths[]): Promise<void> {
  for (const each of held) await each.release();
}
