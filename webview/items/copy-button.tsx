import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';

/** How long it says that it copied. */
const COPIED_MS = 1500;

/** Copies a text, which is asked for only then. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }) {
  const { strings, reportError } = useApp();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const name = isCopied ? strings.copied : label;
  return (
    <button
      type="button"
      class="icon-button"
      title={name}
      aria-label={name}
      onClick={() => navigator.clipboard.writeText(text()).then(() => setCopied(true), reportError)}
    >
      <Icon name={isCopied ? 'check' : 'copy'} />
    </button>
  );
}
