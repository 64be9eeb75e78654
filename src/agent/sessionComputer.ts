import type { BetaRunnableToolset } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { Emitter } from '../base/emitter.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { ShellPlace } from '../base/shellPlace.ts';
import type {
  Computer,
  ComputerEvent,
  ComputerProvider,
  PointerCheck,
  Screen,
} from '../computer/computer.ts';
import type { BashTool } from '../tools/bash/bashTool.ts';
import type { ApprovalContext } from './approvals/approvedToolset.ts';
import type { Circumstances } from './approvals/policy.ts';
import type { Control } from './control.ts';
import type { CallObserver } from './observedToolset.ts';
import type { SecretVault } from './secrets/secrets.ts';
import type { SessionSecrets } from './secrets/sessionSecrets.ts';
import type { OfferedTool, SessionTools, ToolSettings } from './sessionTools.ts';

export interface SessionComputerOptions extends ToolSettings {
  /** Asked when the computer is made. */
  readonly provider: () => ComputerProvider;
  /** Decides whether Claude's calls may run. */
  readonly control: Control;
  /** What may be typed without the model seeing it; without it, nothing. */
  readonly vault: SecretVault | undefined;
  readonly onEvent: (event: ComputerEvent) => void;
  readonly onFault: (error: unknown) => void;
  /** Names of the tools that what was said so far calls. */
  readonly calledTools: () => ReadonlySet<string>;
  /** What decides whether the user is asked about a call, but for what is known of the computer itself. */
  readonly circumstances: () => Pick<Circumstances, 'mode' | 'isMadeUp' | 'computer' | 'host'>;
  /** The user wants to be asked nothing, which does not count on this computer. */
  readonly onNotUnattended: () => void;
}

const NOBODY_TO_ASK = 'Not executed: the user has to allow this, and no run is on in which they could.';

/**
 * A session's one computer, with the tools that go with it. Made for the first run: a session that is only read costs no
 * computer, and does not load what drives one.
 */
export class SessionComputer {
  readonly #options: SessionComputerOptions;
  readonly #screens = new Emitter<Screen | undefined>();
  #making: Promise<SessionTools> | undefined;
  #made: Made | undefined;
  #observer: CallObserver | undefined;
  /** For the session's life: what was typed is kept out of what comes back on the next computer, too. */
  #secrets: SessionSecrets | undefined;
  #screen: Screen | undefined;
  /** Whether its machine could not be had: what keeps it from that may be mended until the next run. */
  #isUnavailable = false;
  #isClosed = false;

  constructor(options: SessionComputerOptions) {
    this.#options = options;
  }

  /** Whether there is one that runs, with whatever state earlier runs left it in. */
  get hasState(): boolean {
    return this.#made?.computer.isRunning ?? false;
  }

  /** Whether it is: see `Computer.isIsolated`. */
  get isIsolated(): boolean {
    return this.#made?.computer.isIsolated ?? false;
  }

  /** Its screen, while it runs. */
  get screen(): Screen | undefined {
    return this.#screen;
  }

  /** {@link screen} is another one now, or gone. */
  readonly onScreen = this.#screens.event;

  /** What the model has to know of the tools once they are made, in sentences; empty where there are none. */
  get toolBriefing(): string {
    const { place, editor, retired = [] } = this.#made ?? {};
    const shell = place && `The bash tool runs commands in ${place.description}.`;
    const sentences = [shell, editor?.briefing, ...retired.map(({ briefing }) => briefing)];
    return sentences.filter((sentence) => sentence !== undefined).join(' ');
  }

  /** Points the calls to `observer`, or to nobody. */
  observe(observer: CallObserver | undefined): void {
    this.#observer = observer;
  }

  /**
   * Its toolset and the tools: the same objects each time, also where the run that asked first does not wait for it any more.
   * Others only where no machine could be had, so that settings that were changed since then count.
   *
   * @throws what making the computer throws; the next call tries again
   */
  async tools(): Promise<SessionTools> {
    if (this.#isUnavailable && !this.hasState) await this.#discard();
    this.#making ??= this.#make().catch((error) => {
      this.#making = undefined;
      throw error;
    });
    return this.#making;
  }

  /** Ends what commands have left running as well. Never rejects. */
  async stopCommands(): Promise<void> {
    await this.#made?.shell?.stop();
  }

  /** Finds out how far off its pointer is, unless the user has it or takes it meanwhile. Never rejects. */
  async checkPointer(): Promise<PointerCheck> {
    const { control, onFault } = this.#options;
    if (control.holder === 'user') return { type: 'busy' };
    const { taken } = control;
    try {
      return (await this.#made?.computer.checkPointer?.(taken)) ?? { type: 'not-running' };
    } catch (error) {
      if (!taken.aborted) onFault(error);
      return { type: 'busy' };
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#made?.events.dispose();
    try {
      await Promise.all([this.#made?.shell?.close(), this.#made?.computer.close()]);
    } finally {
      this.#screens.dispose();
    }
  }

  async #discard(): Promise<void> {
    const made = this.#made;
    this.#isUnavailable = false;
    this.#making = undefined;
    this.#made = undefined;
    this.#screen = undefined;
    made?.events.dispose();
    await Promise.all([made?.shell?.close(), made?.computer.close()]);
  }

  async #make(): Promise<SessionTools> {
    const [
      { observeToolset },
      { guardToolset },
      { approveToolset },
      { throughToolset },
      { inOrder },
      { retiredTools },
      { BashTool },
      { computerEditor },
    ] = await Promise.all([
      import('./observedToolset.ts'),
      import('./guardedToolset.ts'),
      import('./approvals/approvedToolset.ts'),
      import('./sessionTools.ts'),
      import('./callOrder.ts'),
      import('./retiredTools.ts'),
      import('../tools/bash/bashTool.ts'),
      import('./computerEditor.ts'),
    ]);
    const { provider, control, onEvent, thisMachine, commandLimitMs } = this.#options;
    const secrets = await this.#knownSecrets();
    const computer = await provider().create();
    if (this.#isClosed) {
      await computer.close();
      throw new Error('The session was closed.');
    }
    const events = new DisposableStore();
    events.add(
      computer.onEvent((event) => {
        if (event.type === 'unavailable') this.#isUnavailable = true;
        onEvent(secrets.redact(event));
      }),
    );
    const showScreen = (screen: Screen | undefined) => {
      this.#screen = screen && secrets.screen(screen);
      this.#screens.fire(this.#screen);
    };
    if (computer.screen) showScreen(computer.screen);
    events.add(computer.onScreen(showScreen));
    const place = computer.shell ?? thisMachine();
    const shell = place && new BashTool({ place, limitMs: commandLimitMs });
    const editor = computer.shell ? computerEditor(computer.shell) : await this.#options.editor?.();
    const offered = [shell?.tool, editor?.tool].filter((tool) => tool !== undefined);
    const retired = retiredTools(this.#options.calledTools(), offered);
    this.#made = { computer, events, place, shell, editor, retired };
    const observer: CallObserver = {
      callStarted: (call) => this.#observer?.callStarted(call),
      outputCame: (call, news) => this.#observer?.outputCame(call, news),
      callEnded: (call, outcome) => this.#observer?.callEnded(call, outcome),
      ask: async (call, question, signal) =>
        (await this.#observer?.ask(call, question, signal)) ?? { isAllowed: false, reason: NOBODY_TO_ASK },
      waitForUser: (over) => this.#observer?.waitForUser(over) ?? over,
      keep: (content) => this.#observer?.keep(content) ?? content,
      review: (call, outcome) => this.#observer?.review(call, outcome) ?? '',
    };
    const asking = this.#asking(computer, place);
    const forClaude = (toolset: BetaRunnableToolset) =>
      observeToolset(
        guardToolset(approveToolset(secrets.around(toolset), asking), control, observer.waitForUser),
        secrets.observer(observer),
      );
    const ordered = inOrder();
    return {
      toolset: forClaude(computer.toolset),
      tools: [...offered, ...retired.map(({ tool }) => tool)].map((tool) =>
        throughToolset(tool, (toolset) => ordered(forClaude(toolset))),
      ),
    };
  }

  async #knownSecrets(): Promise<SessionSecrets> {
    const { SessionSecrets } = await import('./secrets/sessionSecrets.ts');
    this.#secrets ??= new SessionSecrets(this.#options.vault);
    return this.#secrets;
  }

  #asking(computer: Computer, place: ShellPlace | undefined): ApprovalContext {
    const { circumstances, onNotUnattended } = this.#options;
    return {
      circumstances: () => ({
        ...circumstances(),
        isIsolated: computer.isIsolated,
        isShellAsking: place?.confirm !== undefined,
        // The one for files of this machine does, as it knows what it is about to change.
        isEditorAsking: computer.shell === undefined,
        // On this machine, one that asks nobody has nothing of the user's within reach.
        isShellIsolated: !place || place !== computer.shell || computer.isIsolated,
      }),
      onNotUnattended,
      ...(computer.describeTarget && { describe: computer.describeTarget.bind(computer) }),
      ...(computer.untilIsolationKnown && {
        untilIsolationKnown: computer.untilIsolationKnown.bind(computer),
      }),
    };
  }
}

interface Made {
  readonly computer: Computer;
  readonly events: DisposableStore;
  /** Where commands run. */
  readonly place: ShellPlace | undefined;
  readonly shell: BashTool | undefined;
  readonly editor: OfferedTool | undefined;
  /** Declared only because what was said before calls them. */
  readonly retired: readonly OfferedTool[];
}
