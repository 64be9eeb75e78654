import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { PickerType, ScreenAnswer, ScreenDialog } from '../../src/protocol/screenDialog.ts';
import { MAX_ANSWER_LENGTH } from '../../src/protocol/screenDialog.ts';
import { visibleLine, visibleText } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import type { Strings } from '../strings.ts';
import { meaningOf } from './human-events.ts';

export interface LiveDialogProps {
  readonly dialog: ScreenDialog;
  readonly onAnswer: (answer: ScreenAnswer) => void;
  readonly onHandBack: () => void;
}

/** Over the picture: what the page asks, for the user to answer. Nothing else can be done on the page meanwhile. */
export function LiveDialog({ dialog, onAnswer, onHandBack }: LiveDialogProps) {
  const { strings } = useApp();
  const form = useRef<HTMLFormElement>(null);
  const title = useId();
  // Before it is painted: what is typed at once is for it.
  useLayoutEffect(() => {
    const field = form.current?.querySelector<HTMLElement>('[data-first]');
    field?.focus({ preventScroll: true });
    if (field instanceof HTMLInputElement) field.select();
  }, []);
  const cancel = () => onAnswer({ isAccepted: false, value: '' });
  const accept = () => {
    const value = form.current ? new FormData(form.current).get('value') : null;
    onAnswer({ isAccepted: true, value: typeof value === 'string' ? value : '' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // VS Code listens at the window, and would run what is bound to the key.
    event.stopPropagation();
    if (meaningOf(event) === 'hand-back') onHandBack();
    else if (event.key === 'Escape') cancel();
    else if (event.key === 'Enter' && dialog.kind === 'choice') accept();
    else return;
    event.preventDefault();
  };
  const isTold = dialog.kind === 'alert' || dialog.kind === 'files';
  return (
    <div class="live-dialog-back" role="dialog" aria-labelledby={title} onKeyDown={onKeyDown}>
      <form
        ref={form}
        class="live-dialog"
        onSubmit={(event) => {
          event.preventDefault();
          accept();
        }}
      >
        <p class="live-dialog-title" id={title}>
          {titleOf(dialog, strings)}
        </p>
        {'message' in dialog && dialog.message && (
          <p class="live-dialog-message">{visibleText(dialog.message)}</p>
        )}
        <Field dialog={dialog} onAccept={accept} />
        <div class="live-dialog-buttons">
          <button type="submit" class="button" data-first={hasField(dialog) ? undefined : true}>
            {dialog.kind === 'leave' ? strings.dialogLeave : strings.dialogOk}
          </button>
          {!isTold && (
            <button type="button" class="button secondary" onClick={cancel}>
              {dialog.kind === 'leave' ? strings.dialogStay : strings.dialogCancel}
            </button>
          )}
        </div>
      </form>
    </div>
  );
}

function hasField({ kind }: ScreenDialog): boolean {
  return kind === 'prompt' || kind === 'choice' || kind === 'picker';
}

function titleOf(dialog: ScreenDialog, strings: Strings): string {
  switch (dialog.kind) {
    case 'leave':
      return strings.dialogLeaveTitle;
    case 'choice':
      return strings.dialogChoice;
    case 'picker':
      return strings.dialogPicker;
    case 'files':
      return strings.dialogFiles;
    default:
      return strings.dialogTitle;
  }
}

interface FieldProps {
  readonly dialog: ScreenDialog;
  readonly onAccept: () => void;
}

/** What the answer is put into, if it is more than a yes or no. */
function Field({ dialog, onAccept }: FieldProps) {
  const { strings } = useApp();
  if (dialog.kind === 'prompt')
    return (
      <input
        class="live-dialog-field"
        name="value"
        data-first
        aria-label={strings.dialogText}
        defaultValue={dialog.value}
        maxLength={MAX_ANSWER_LENGTH}
        autocomplete="off"
        spellcheck={false}
      />
    );
  if (dialog.kind === 'picker')
    return (
      <input
        class="live-dialog-field"
        name="value"
        data-first
        type={dialog.picker satisfies PickerType}
        aria-label={strings.dialogPicker}
        defaultValue={dialog.value}
        min={dialog.min || undefined}
        max={dialog.max || undefined}
        step="any"
      />
    );
  if (dialog.kind === 'choice') return <Choice dialog={dialog} onAccept={onAccept} />;
  return null;
}

/** Of an option, in UTF-16 units. */
const MAX_LABEL = 500;

/** Rows shown of a list; the rest is scrolled to. */
const MAX_ROWS = 10;

interface ChoiceProps {
  readonly dialog: Extract<ScreenDialog, { readonly kind: 'choice' }>;
  readonly onAccept: () => void;
}

function Choice({ dialog: { options, chosen }, onAccept }: ChoiceProps) {
  const { strings } = useApp();
  const rows: ComponentChildren[] = [];
  let groups = 0;
  for (let at = 0; at < options.length; ) {
    const group = options[at]?.group ?? '';
    const inGroup: ComponentChildren[] = [];
    for (; at < options.length && options[at]?.group === group; at++) {
      const { label = '', isDisabled = false } = options[at] ?? {};
      inGroup.push(
        <option key={at} value={String(at)} selected={at === chosen} disabled={isDisabled} onClick={onAccept}>
          {visibleLine(label, MAX_LABEL)}
        </option>,
      );
    }
    if (group === '') rows.push(...inGroup);
    else {
      groups++;
      rows.push(
        <optgroup key={`group-${at}`} label={visibleLine(group, MAX_LABEL)}>
          {inGroup}
        </optgroup>,
      );
    }
  }
  return (
    <select
      class="live-dialog-field"
      name="value"
      data-first
      aria-label={strings.dialogChoice}
      // With two rows at least it is drawn as a list.
      size={Math.max(2, Math.min(options.length + groups, MAX_ROWS))}
    >
      {rows}
    </select>
  );
}
