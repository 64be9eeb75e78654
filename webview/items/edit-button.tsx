import type { FileEditId } from '../../src/protocol/approvals.ts';
import type { FileEditMessage } from '../../src/protocol/messages.ts';
import { useApp } from '../app-context.ts';

/** Has VS Code show a change of a file side by side, or take it back. */
export function EditButton({
  id,
  action,
}: {
  readonly id: FileEditId;
  readonly action: FileEditMessage['action'];
}) {
  const { strings, post } = useApp();
  return (
    <button type="button" class="button secondary" onClick={() => post({ type: 'file-edit', id, action })}>
      {action === 'show' ? strings.openDiff : strings.undoEdit}
    </button>
  );
}
