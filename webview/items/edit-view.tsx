import type { ShownEdit } from '../../src/protocol/transcript.ts';
import { DiffView } from './diff-view.tsx';
import { EditButton } from './edit-button.tsx';

/** What an action changed of a file, and what can be done about it. */
export function EditView({ edit: { id, diff } }: { readonly edit: ShownEdit }) {
  return (
    <div class="edit">
      <DiffView diff={diff} />
      {id !== null && (
        <div class="ask-actions">
          <EditButton id={id} action="show" />
          <EditButton id={id} action="undo" />
        </div>
      )}
    </div>
  );
}
