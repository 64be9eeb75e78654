import type { ActionItem, LatestOutput } from '../../src/protocol/transcript.ts';
import { assertNever } from '../../src/protocol/transcript.ts';
import { visibleOutput } from '../../src/protocol/visibleOutput.ts';
import { useApp } from '../app-context.ts';
import { format, type Strings } from '../strings.ts';
import { CopyButton } from './copy-button.tsx';
import { useFollowedEnd } from './use-followed-end.ts';

/** A command that is no longer than this, in one line, is in the summary whole. */
const MAX_IN_SUMMARY = 80;

/** Whether the action is a command in a shell. */
export function isCommand({ toolset }: ActionItem): boolean {
  return toolset === 'bash';
}

/** Whether there is anything to show of what a command printed. */
export function hasOutput(item: ActionItem): boolean {
  return printed(item) !== null;
}

/** A command, and what it prints: as it comes, and in the end what the model read of it. */
export function ShellView({ item }: { readonly item: ActionItem }) {
  const { strings } = useApp();
  const command = commandOf(item.input);
  const output = printed(item);
  const isShort = command.length <= MAX_IN_SUMMARY && !command.includes('\n');
  return (
    <div class="shell">
      {!isShort && (
        <section class="shell-command" aria-label={strings.command}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys as well */}
          <pre tabIndex={0}>{visibleOutput(command)}</pre>
        </section>
      )}
      {output && <OutputView output={output} isRunning={item.state.status === 'running'} />}
    </div>
  );
}

interface Printed {
  readonly text: string;
  readonly latest: LatestOutput | undefined;
}

function OutputView({ output, isRunning }: { readonly output: Printed; readonly isRunning: boolean }) {
  const { strings } = useApp();
  const { text, latest } = output;
  const block = useFollowedEnd(isRunning);
  const shown = visibleOutput(text);
  const end = latest ? visibleOutput(latest.text) : '';
  const gap = latest && latest.leftOut > 0 ? gapText(latest, strings) : '';
  return (
    <section class="shell-output" aria-label={strings.output}>
      <div class="md-code-bar">
        <span>{strings.output}</span>
        <CopyButton label={strings.copyOutput} text={() => `${shown}${gap && `\n${gap}\n`}${end}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys as well */}
      <pre ref={block} tabIndex={0}>
        {shown}
        {gap !== '' && <span class="shell-gap">{gap}</span>}
        {end}
      </pre>
    </section>
  );
}

function printed({ state, output }: ActionItem): Printed | null {
  switch (state.status) {
    case 'queued':
    case 'skipped':
      return null;
    case 'running':
    case 'interrupted':
      return output === undefined && !state.latest ? null : { text: output ?? '', latest: state.latest };
    case 'done':
      return { text: state.result, latest: undefined };
    case 'failed':
      return { text: state.error, latest: undefined };
    default:
      return assertNever(state);
  }
}

function gapText({ leftOut, file }: LatestOutput, strings: Strings): string {
  const bytes = leftOut.toLocaleString();
  return file === null
    ? format(strings.outputLeftOut, bytes)
    : format(strings.outputLeftOutInFile, bytes, visibleOutput(file));
}

/** What is run, as far as the input is shown whole. */
function commandOf(input: string): string {
  try {
    const { command } = JSON.parse(input) as { readonly command?: unknown };
    return typeof command === 'string' ? command : '';
  } catch {
    return input;
  }
}
