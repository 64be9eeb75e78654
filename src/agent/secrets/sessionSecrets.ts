import { type BetaRunnableToolset, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { t } from '../../base/l10n.ts';
import type { Screen } from '../../computer/computer.ts';
import { type FillPlace, type SecretFill, withFill } from '../../computer/secretFill.ts';
import type { ApprovalQuestion } from '../../protocol/approvals.ts';
import { askUser } from '../approvals/asking.ts';
import type { CallObserver } from '../observedToolset.ts';
import { wrapToolset } from '../toolsetWrapper.ts';
import { mentionsSecret, typedSecret } from './handles.ts';
import { whyNot } from './places.ts';
import { redactedScreen } from './redactedScreen.ts';
import { redactingObserver } from './redactingObserver.ts';
import { Redactor, spansOf } from './redactor.ts';
import type { Secret, SecretVault } from './secrets.ts';
import { spellingsOf } from './spellings.ts';

/** Of names told to the model. */
const MAX_LISTED = 50;

const WRONG_PLACE =
  'Not executed: the handle of a secret is typed into a field, by itself: {{secret:NAME}} and nothing before or after ' +
  "it, as the text of type or the value of form_input. It goes nowhere else, and nobody but the page's field gets the value.";

const NOT_ALLOWED = 'Not executed: the user did not allow this secret to be filled in here.';

/** What one session knows of secrets: fills in those that the model names, and keeps all of them from coming back. */
export class SessionSecrets {
  readonly #vault: SecretVault | undefined;
  /** Names by values; of those that are changed or removed too: what was typed may still be on a page. */
  readonly #seen = new Map<string, string>();
  #latest: readonly Secret[] = [];
  #redactor = new Redactor([]);

  constructor(vault: SecretVault | undefined) {
    this.#vault = vault;
  }

  /** Of all values that were known by the last call. */
  get redactor(): Redactor {
    return this.#redactor;
  }

  /** `value` with handles in place of all values that were known by the last call. */
  redact<T>(value: T): T {
    return this.#redactor.deep(value);
  }

  /** `toolset` with its calls' handles followed, and values kept out of what they answer. */
  around(toolset: BetaRunnableToolset): BetaRunnableToolset {
    return wrapToolset(toolset, async (context, call) => {
      await this.refresh();
      try {
        return this.redact(await withFill(this.#fillOf(call), () => toolset.run(context, call)));
      } catch (error) {
        throw this.#redactedError(error);
      }
    });
  }

  /** `screen` with its words redacted. */
  screen(screen: Screen): Screen {
    return redactedScreen(screen, (value) => this.redact(value));
  }

  /** `observer` without values in what it hears. */
  observer(observer: CallObserver): CallObserver {
    return redactingObserver(observer, this);
  }

  /** Takes note of what there is now. */
  async refresh(): Promise<void> {
    const secrets = (await this.#vault?.read()) ?? [];
    if (secrets === this.#latest) return;
    this.#latest = secrets;
    for (const { name, value } of secrets) this.#seen.set(value, name);
    this.#redactor = new Redactor([...this.#seen].map(([value, name]) => ({ name, value })));
  }

  /** @throws ToolError for a handle that cannot be followed */
  #fillOf(call: BetaToolUseBlock): SecretFill | undefined {
    if (!mentionsSecret(call.input)) return undefined;
    const { toolset_name: toolset, name: member, input } = call;
    const name = typedSecret({ toolset: toolset ?? member, member, input });
    if (name === undefined) throw new ToolError(WRONG_PLACE);
    const secret = this.#latest.find((each) => each.name === name);
    if (!secret) throw new ToolError(unknownText(name, this.#latest));
    const spellings = spellingsOf(secret.value);
    return {
      value: secret.value,
      approve: (place, signal) => approve(secret, place, signal),
      spansIn: (text) => spansOf(spellings, text),
    };
  }

  #redactedError(error: unknown): unknown {
    if (!(error instanceof ToolError)) {
      if (!(error instanceof Error)) return error;
      const message = this.redact(error.message);
      // Whatever else it carries may quote it as well.
      return message === error.message ? error : new Error(message);
    }
    const content = this.redact(error.content);
    return content === error.content ? error : new ToolError(content);
  }
}

function unknownText(name: string, secrets: readonly Secret[]): string {
  const names = secrets.slice(0, MAX_LISTED).map((each) => each.name);
  const there = names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}.`;
  return `Not executed: there is no secret named ${name}. ${there} The user adds one by the command “Add Secret”.`;
}

/** @throws ToolError; the signal's reason */
async function approve(secret: Secret, place: FillPlace, signal: AbortSignal): Promise<void> {
  const reason = whyNot(secret.name, secret.places, place);
  if (reason !== undefined) throw new ToolError(reason);
  if (!(await askUser(questionAbout(secret.name, place), signal))) throw new ToolError(NOT_ALLOWED);
}

/** A yes for the session covers the password fields of one origin; where the value could be read, each time is asked. */
function questionAbout(name: string, place: FillPlace): ApprovalQuestion {
  if (place.kind === 'desktop') {
    const detail = [name, t('It is typed into whatever window has the keyboard.')].join('\n');
    return { what: 'secret', target: place.desktop, detail, scope: null };
  }
  const { origin, label, isPassword, sendsTo } = place;
  const detail = [
    name,
    ...(label === '' ? [] : [t('Field: {0}', label)]),
    ...(isPassword ? [] : [t('This is no password field: the page shows what is in it.')]),
    ...(sendsTo === undefined ? [] : [t('Its form sends it to {0}', sendsTo)]),
  ].join('\n');
  const isUsual = isPassword && sendsTo === undefined;
  return { what: 'secret', target: origin, detail, scope: isUsual ? `${origin} (${name})` : null };
}
