import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';

/** Leads back to the end; says so when something happened there meanwhile. Absent at the end. */
export function EndButton({
  atEnd,
  onClick,
}: {
  readonly atEnd: ReadonlySignal<boolean>;
  readonly onClick: () => void;
}) {
  const { store, strings } = useApp();
  const seen = useSignal(store.activity.peek());
  useSignalEffect(() => {
    const activity = store.activity.value;
    if (atEnd.value) seen.value = activity;
  });
  const isNew = useComputed(() => store.activity.value > seen.value);
  if (atEnd.value) return null;
  return (
    <button
      type="button"
      class={`end-button${isNew.value ? ' is-new' : ''}`}
      onClick={onClick}
      title={strings.jumpToEnd}
      aria-label={isNew.value ? `${strings.newActivity}: ${strings.jumpToEnd}` : strings.jumpToEnd}
    >
      <Icon name="arrow-down" />
      {isNew.value && <span>{strings.newActivity}</span>}
    </button>
  );
}
