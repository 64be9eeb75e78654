/** Runs members of a browser computer as the SDK's runner does, and takes the results apart. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { BetaAbstractBrowserToolset20260801 } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type {
  BetaBrowserMemberName,
  BetaBrowserStateBlockParam,
  BetaToolUseBlock,
} from '@anthropic-ai/sdk/resources/beta';
import {
  type BrowserComputerOptions,
  createBrowserComputer,
} from '../../../src/computer/browser/browserComputer.ts';
import type { Computer, ComputerEvent } from '../../../src/computer/computer.ts';

export interface CallResult {
  readonly isError: boolean;
  /** All text blocks, one a line. */
  readonly text: string;
  readonly image: Buffer | undefined;
  readonly state: BetaBrowserStateBlockParam | undefined;
}

export interface Harness {
  readonly computer: Computer;
  readonly events: ComputerEvent[];
  /** Where the profile folders are made. */
  readonly tempRoot: string;
  call(member: BetaBrowserMemberName, input?: Record<string, unknown>): Promise<CallResult>;
  /** Runs a member that is aborted by `signal`. @returns what it threw, or undefined */
  callAborted(
    member: BetaBrowserMemberName,
    input: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<unknown>;
  /** The profile folders that exist now. */
  folders(): Promise<string[]>;
  close(): Promise<void>;
}

let lastId = 0;

export async function startHarness(options: BrowserComputerOptions = {}): Promise<Harness> {
  const tempRoot = await mkdtemp(path.join(os.tmpdir(), 'browser-test-'));
  const computer = createBrowserComputer({ tempRoot, ...options });
  const toolset = computer.toolset as BetaAbstractBrowserToolset20260801;
  const events: ComputerEvent[] = [];
  computer.onEvent((event) => events.push(event));
  const toolUse = (name: string, input: unknown): BetaToolUseBlock =>
    ({
      type: 'tool_use',
      id: `toolu_${++lastId}`,
      name,
      input,
      toolset_name: 'browser',
    }) as BetaToolUseBlock;
  return {
    computer,
    events,
    tempRoot,
    async call(member, input = {}) {
      const { content, is_error } = await toolset.toolResult(toolUse(member, input));
      const blocks =
        typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? []);
      const image = blocks.find((block) => block.type === 'image');
      return {
        isError: is_error === true,
        text: blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'),
        image: image?.source.type === 'base64' ? Buffer.from(image.source.data, 'base64') : undefined,
        state: blocks.find((block) => block.type === 'browser_state'),
      };
    },
    async callAborted(member, input, signal) {
      const block = toolUse(member, input);
      try {
        await toolset.run({ toolUse: block, toolUseBlock: block, signal }, block);
        return undefined;
      } catch (error) {
        return error;
      }
    },
    folders: () => readdir(tempRoot),
    async close() {
      await computer.close();
      await rm(tempRoot, { recursive: true, force: true });
    },
  };
}

/** A target in viewport pixels. */
export function at(x: number, y: number) {
  return { type: 'coordinate', x, y } as const;
}

/** Width and height of a PNG, from its header. */
export function sizeOf(png: Buffer | undefined): [number, number] {
  if (png === undefined) throw new Error('No image.');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}
